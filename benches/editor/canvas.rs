//! What the bench draws on: as the editor's window does, but into a buffer of EGL's.

use egui::{ClippedPrimitive, TexturesDelta};
use egui_glow::Painter;
use egui_glow::glow::{self, HasContext as _};
use glutin::api::egl::context::PossiblyCurrentContext;
use glutin::api::egl::display::Display;
use glutin::api::egl::surface::Surface;
use glutin::config::{Api, ColorBufferType, ConfigSurfaceTypes, ConfigTemplateBuilder, GlConfig as _};
use glutin::context::{
    ContextApi, ContextAttributesBuilder, NotCurrentGlContext as _, PossiblyCurrentGlContext as _,
};
use glutin::display::GlDisplay as _;
use glutin::surface::{GlSurface as _, PbufferSurface, SurfaceAttributesBuilder};
use std::error::Error;
use std::num::NonZeroU32;
use std::sync::Arc;

/// As a screen has them.
const COLOURS: Option<ColorBufferType> = Some(ColorBufferType::Rgb { r_size: 8, g_size: 8, b_size: 8 });

pub(crate) struct Canvas {
    painter: Painter,
    gl: Arc<glow::Context>,
    surface: Surface<PbufferSurface>,
    context: PossiblyCurrentContext,
    size: [u32; 2],
}

impl Canvas {
    /// Of so many pixels, in the thread that draws.
    pub(crate) fn new(display: &Display, size: [u32; 2]) -> Result<Self, Box<dyn Error>> {
        let template = ConfigTemplateBuilder::new()
            .with_api(Api::OPENGL)
            .with_alpha_size(0)
            .with_depth_size(0)
            .with_stencil_size(0)
            .with_surface_type(ConfigSurfaceTypes::PBUFFER)
            .build();
        // SAFETY: the template names no window.
        let configs = unsafe { display.find_configs(template) }?;
        let config = configs.min_by_key(|config| {
            (config.color_buffer_type() != COLOURS, config.alpha_size(), config.num_samples())
        });
        let config = config.ok_or("no pixel format")?;
        let attributes =
            ContextAttributesBuilder::new().with_context_api(ContextApi::OpenGl(None)).build(None);
        let [width, height] = size.map(|length| NonZeroU32::new(length).unwrap_or(NonZeroU32::MIN));
        let buffer = SurfaceAttributesBuilder::<PbufferSurface>::new().build(width, height);
        // SAFETY: neither names a window.
        let (context, surface) = unsafe {
            (display.create_context(&config, &attributes)?, display.create_pbuffer_surface(&config, &buffer)?)
        };
        let context = context.make_current(&surface)?;
        // SAFETY: the functions are those of the context that is current here and stays so.
        let gl = unsafe { glow::Context::from_loader_function_cstr(|name| display.get_proc_address(name)) };
        let gl = Arc::new(gl);
        let painter = Painter::new(gl.clone(), "", None, true)?;
        Ok(Self { painter, gl, surface, context, size })
    }

    /// Who draws, and its version.
    pub(crate) fn renderer(&self) -> String {
        // SAFETY: the context is current, and these are strings.
        let [renderer, version] =
            [glow::RENDERER, glow::VERSION].map(|name| unsafe { self.gl.get_parameter_string(name) });
        format!("{renderer}, OpenGL {version}")
    }

    /// Draws a picture. A window's `swap_buffers` hands the commands to the card; a buffer's doesn't.
    pub(crate) fn paint(
        &mut self,
        triangles: &[ClippedPrimitive],
        textures: &mut TexturesDelta,
        pixels_per_point: f32,
    ) {
        self.painter.clear(self.size, [0.0, 0.0, 0.0, 1.0]);
        self.painter.paint_and_update_textures(self.size, pixels_per_point, triangles, textures);
        let swapped = self.surface.swap_buffers(&self.context);
        swapped.expect("a buffer of our own");
        // SAFETY: the context is current.
        unsafe { self.gl.flush() };
    }

    /// The driver took all that it was told.
    pub(crate) fn check(&self) {
        // SAFETY: the context is current.
        let error = unsafe { self.gl.get_error() };
        assert_eq!(error, glow::NO_ERROR, "OpenGL's error");
    }
}

impl Drop for Canvas {
    fn drop(&mut self) {
        self.painter.destroy();
        // A context that is current somewhere is kept.
        let _ = self.context.make_not_current_in_place();
    }
}
