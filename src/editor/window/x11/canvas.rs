//! The OpenGL surface that egui is painted on, through EGL.
//!
//! This file alone calls the graphics driver with unsafe code.

use super::link::WindowError;
use crate::editor::{Triangles, theme};
use egui_glow::{Painter, glow};
use glutin::api::egl::config::Config;
use glutin::api::egl::context::PossiblyCurrentContext;
use glutin::api::egl::display::Display;
use glutin::api::egl::surface::Surface;
use glutin::config::{Api, ConfigSurfaceTypes, ConfigTemplateBuilder, GlConfig as _};
use glutin::context::{
    ContextApi, ContextAttributesBuilder, NotCurrentGlContext as _, PossiblyCurrentGlContext as _, Version,
};
use glutin::display::GlDisplay as _;
use glutin::surface::{GlSurface as _, SurfaceAttributesBuilder, SwapInterval, WindowSurface};
use raw_window_handle::{RawDisplayHandle, RawWindowHandle, XlibDisplayHandle, XlibWindowHandle};
use std::num::NonZeroU32;
use std::sync::Arc;

/// Format of the pixels. It is chosen before the window exists, because the window needs its visual.
pub(super) struct PixelFormat {
    display: Display,
    config: Config,
    api: ContextApi,
}

fn no_graphics(error: impl ToString) -> WindowError {
    WindowError::NoGraphics(error.to_string())
}

impl PixelFormat {
    /// Chooses the driver's best format for a screen, if possible one with `visual`.
    #[allow(unsafe_code)]
    pub(super) fn choose(screen_number: usize, visual: u32) -> Result<Self, WindowError> {
        // EGL's default connection, shared by all windows of the process and kept. With one connection per
        // window, EGL would keep a display for each.
        let screen = RawDisplayHandle::Xlib(XlibDisplayHandle::new(None, screen_number as i32));
        // SAFETY: the display handle holds no pointer.
        let display = unsafe { Display::new(screen) }.map_err(no_graphics)?;
        let gles = ContextApi::Gles(Some(Version::new(2, 0)));
        for (kind, api) in [(Api::OPENGL, ContextApi::OpenGl(None)), (Api::GLES2, gles)] {
            let template = ConfigTemplateBuilder::new()
                .with_api(kind)
                .with_alpha_size(0)
                .with_depth_size(0)
                .with_stencil_size(0)
                .with_surface_type(ConfigSurfaceTypes::WINDOW)
                .build();
            // SAFETY: the template refers to no window.
            let Ok(configs) = (unsafe { display.find_configs(template) }) else { continue };
            // The screen's own visual first: it needs no colormap, and a host that copies our window gets the
            // same depth.
            let best = configs.min_by_key(|config| (config.native_visual() != visual, config.num_samples()));
            if let Some(config) = best.filter(|config| config.native_visual() != 0) {
                return Ok(Self { display, config, api });
            }
        }
        Err(no_graphics("no pixel format for windows"))
    }

    /// The X visual that a window needs for this format.
    pub(super) fn visual(&self) -> u32 {
        self.config.native_visual()
    }
}

/// An OpenGL context and its window surface.
pub(super) struct Canvas {
    painter: Painter,
    triangles: Triangles,
    surface: Surface<WindowSurface>,
    context: PossiblyCurrentContext,
}

impl Canvas {
    /// Creates the canvas in the thread that draws. The window must outlive it.
    #[allow(unsafe_code)]
    pub(super) fn new(format: &PixelFormat, window: u32, size: (u32, u32)) -> Result<Self, WindowError> {
        let window = RawWindowHandle::Xlib(XlibWindowHandle::new(window.into()));
        let attributes = ContextAttributesBuilder::new().with_context_api(format.api).build(Some(window));
        let [width, height] =
            [size.0, size.1].map(|length| NonZeroU32::new(length).unwrap_or(NonZeroU32::MIN));
        let surface = SurfaceAttributesBuilder::<WindowSurface>::new().build(window, width, height);
        let PixelFormat { display, config, .. } = format;
        // SAFETY: the caller guarantees that the window exists as long as the canvas. If the host destroys it
        // before, the X server returns an error to EGL.
        let (context, surface) = unsafe {
            (display.create_context(config, &attributes), display.create_window_surface(config, &surface))
        };
        let surface = surface.map_err(no_graphics)?;
        let context = context.map_err(no_graphics)?.make_current(&surface).map_err(no_graphics)?;
        // Drawing never waits for the screen; the window's thread keeps the time.
        let _ = surface.set_swap_interval(&context, SwapInterval::DontWait);
        // SAFETY: `display` loads the functions for the context that was made current above and stays
        // current.
        let gl = unsafe { glow::Context::from_loader_function_cstr(|name| display.get_proc_address(name)) };
        let painter = Painter::new(Arc::new(gl), "", None, true).map_err(no_graphics)?;
        Ok(Self { painter, triangles: Triangles::default(), surface, context })
    }

    /// Largest side of a texture, pixels.
    pub(super) fn max_texture_side(&self) -> usize {
        self.painter.max_texture_side()
    }

    /// Draws and shows a picture of `size` pixels.
    pub(super) fn paint(&mut self, size: (u32, u32), ctx: &egui::Context, output: Painted) {
        let Painted { shapes, mut textures, pixels_per_point } = output;
        let triangles = self.triangles.of(ctx, shapes, pixels_per_point);
        let size = [size.0, size.1];
        self.painter.clear(size, theme::BACKGROUND.to_normalized_gamma_f32());
        self.painter.paint_and_update_textures(size, pixels_per_point, triangles, &mut textures);
        // It fails if the window is already gone; the next event reports that.
        let _ = self.surface.swap_buffers(&self.context);
    }
}

/// A picture from egui.
pub(super) struct Painted {
    pub(super) shapes: Vec<egui::epaint::ClippedShape>,
    pub(super) textures: egui::TexturesDelta,
    pub(super) pixels_per_point: f32,
}

impl Drop for Canvas {
    fn drop(&mut self) {
        self.painter.destroy();
        // A context that stays current is never freed.
        let _ = self.context.make_not_current_in_place();
    }
}
