//! The OpenGL surface for the bench: like the editor's window, but a buffer of EGL's.

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

/// Colour format of screens.
const COLOURS: Option<ColorBufferType> = Some(ColorBufferType::Rgb { r_size: 8, g_size: 8, b_size: 8 });

pub(crate) struct BenchCanvas {
    painter: Painter,
    gl: Arc<glow::Context>,
    surface: Surface<PbufferSurface>,
    context: PossiblyCurrentContext,
    size: [u32; 2],
}

impl BenchCanvas {
    /// Creates a surface of this size in pixels, in the thread that draws.
    pub(crate) fn new(display: &Display, size: [u32; 2]) -> Result<Self, Box<dyn Error>> {
        let template = ConfigTemplateBuilder::new()
            .with_api(Api::OPENGL)
            .with_alpha_size(0)
            .with_depth_size(0)
            .with_stencil_size(0)
            .with_surface_type(ConfigSurfaceTypes::PBUFFER)
            .build();
        // SAFETY: the template refers to no window.
        let configs = unsafe { display.find_configs(template) }?;
        let config = configs.min_by_key(|config| {
            (config.color_buffer_type() != COLOURS, config.alpha_size(), config.num_samples())
        });
        let config = config.ok_or("no pixel format")?;
        let attributes =
            ContextAttributesBuilder::new().with_context_api(ContextApi::OpenGl(None)).build(None);
        let [width, height] = size.map(|length| NonZeroU32::new(length).unwrap_or(NonZeroU32::MIN));
        let buffer = SurfaceAttributesBuilder::<PbufferSurface>::new().build(width, height);
        // SAFETY: neither attribute list refers to a window.
        let (context, surface) = unsafe {
            (display.create_context(&config, &attributes)?, display.create_pbuffer_surface(&config, &buffer)?)
        };
        let context = context.make_current(&surface)?;
        // SAFETY: `display` loads the functions for the context that was made current above and stays
        // current.
        let gl = unsafe { glow::Context::from_loader_function_cstr(|name| display.get_proc_address(name)) };
        let gl = Arc::new(gl);
        let painter = Painter::new(gl.clone(), "", None, true)?;
        Ok(Self { painter, gl, surface, context, size })
    }

    /// Names and version of the renderer.
    pub(crate) fn renderer(&self) -> String {
        // SAFETY: the context is current, and both parameters name strings.
        let [renderer, version] =
            [glow::RENDERER, glow::VERSION].map(|name| unsafe { self.gl.get_parameter_string(name) });
        format!("{renderer}, OpenGL {version}")
    }

    /// Draws a picture. For a window, `swap_buffers` submits the commands to the card; for a buffer, `flush`
    /// does.
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

    /// Asserts that the driver accepted all commands.
    pub(crate) fn check(&self) {
        // SAFETY: the context is current.
        let error = unsafe { self.gl.get_error() };
        assert_eq!(error, glow::NO_ERROR, "OpenGL's error");
    }
}

impl Drop for BenchCanvas {
    fn drop(&mut self) {
        self.painter.destroy();
        // A context that stays current is never freed.
        let _ = self.context.make_not_current_in_place();
    }
}
