//! Tests of saving and restoring the state beside the ports.

use super::host::{Hosted, Offers, urid};
use super::toy::Toy;
use nice_plug_lv2::raw::*;
use std::collections::HashMap;
use std::ffi::c_void;

#[derive(Default)]
struct Store {
    values: HashMap<u32, (u32, Vec<u8>)>,
}

unsafe extern "C" fn store(
    handle: *mut c_void,
    key: u32,
    value: *const c_void,
    size: usize,
    type_: u32,
    flags: u32,
) -> u32 {
    assert_eq!(flags, LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);
    // SAFETY: the plugin guarantees `size` bytes at `value`; `handle` is the `Store` that the test passed.
    unsafe {
        let value = std::slice::from_raw_parts(value.cast::<u8>(), size).to_vec();
        (*handle.cast::<Store>()).values.insert(key, (type_, value));
    }
    0
}

unsafe extern "C" fn retrieve(
    handle: *mut c_void,
    key: u32,
    size: *mut usize,
    type_: *mut u32,
    flags: *mut u32,
) -> *const c_void {
    // SAFETY: the plugin guarantees that the three places are writable; `handle` is the `Store` that the test
    // passed.
    unsafe {
        let Some((stored, value)) = (*handle.cast::<Store>()).values.get(&key) else {
            return std::ptr::null();
        };
        (*size, *type_, *flags) = (value.len(), *stored, LV2_STATE_IS_POD);
        value.as_ptr().cast()
    }
}

impl Hosted {
    fn save(&self, store_: &mut Store) -> u32 {
        let state =
            self.extension::<LV2_State_Interface>(c"http://lv2plug.in/ns/ext/state#interface").unwrap();
        let handle = std::ptr::from_mut(store_).cast();
        // SAFETY: the instance is alive, and `handle` is the one that the function expects.
        unsafe { (state.save)(self.handle, store, handle, 0, std::ptr::null()) }
    }

    fn restore(&self, store_: &mut Store) -> u32 {
        let state =
            self.extension::<LV2_State_Interface>(c"http://lv2plug.in/ns/ext/state#interface").unwrap();
        let handle = std::ptr::from_mut(store_).cast();
        // SAFETY: the instance is alive, and `handle` is the one that the function expects.
        unsafe { (state.restore)(self.handle, retrieve, handle, 0, std::ptr::null()) }
    }
}

fn text(store: &Store) -> String {
    let key = urid(c"https://example.org/toy/mono#state");
    let (type_, bytes) = &store.values[&key];
    assert_eq!(*type_, urid(c"http://lv2plug.in/ns/ext/atom#String"));
    assert_eq!(bytes.last(), Some(&0), "an atom:String ends with a null byte");
    String::from_utf8(bytes[..bytes.len() - 1].to_vec()).unwrap()
}

fn store_text(store: &mut Store, text: &str) {
    let type_ = urid(c"http://lv2plug.in/ns/ext/atom#String");
    let key = urid(c"https://example.org/toy/mono#state");
    store.values.insert(key, (type_, [text.as_bytes(), &[0]].concat()));
}

#[test]
fn restoring_sets_the_fields_and_leaves_the_ports() {
    let mut hosted = Hosted::new::<Toy>(1, &Offers::default());
    let mut saved = Store::default();
    assert_eq!(hosted.save(&mut saved), LV2_STATE_SUCCESS);
    assert_eq!(text(&saved), r#"{"version":"1.2.3","params":{},"fields":{"note":"\"fresh\""}}"#);

    // The plugin's `filter_state` migrates the state. A parameter value in it has no effect.
    let old = r#"{"version":"1.0.0","params":{"gain":{"f32":1.0}},"fields":{"note":"\"old song\""}}"#;
    store_text(&mut saved, old);
    hosted.set("gain", -20.0);
    hosted.run_mono(&[1.0; 8], &[8]);
    assert_eq!(hosted.restore(&mut saved), LV2_STATE_SUCCESS);
    assert_eq!(hosted.save(&mut saved), LV2_STATE_SUCCESS);
    assert!(text(&saved).contains("new song"), "{}", text(&saved));
    let output = hosted.run_mono(&[1.0; 8], &[8]);
    assert!((output[7] - 0.1).abs() < 1e-6, "the port stays at −20 dB: {output:?}");
}

#[test]
fn an_invalid_state_changes_nothing() {
    let hosted = Hosted::new::<Toy>(1, &Offers::default());
    let mut saved = Store::default();
    assert_eq!(hosted.restore(&mut saved), LV2_STATE_ERR_NO_PROPERTY);
    for garbage in ["", "{", "[]", "{\"params\":1}", "\u{fffd}"] {
        store_text(&mut saved, garbage);
        assert_eq!(hosted.restore(&mut saved), LV2_STATE_ERR_UNKNOWN, "{garbage}");
    }
    let key = urid(c"https://example.org/toy/mono#state");
    saved.values.insert(key, (urid(c"http://lv2plug.in/ns/ext/atom#Int"), vec![0; 4]));
    assert_eq!(hosted.restore(&mut saved), LV2_STATE_ERR_BAD_TYPE);
    assert_eq!(hosted.save(&mut saved), LV2_STATE_SUCCESS);
    assert!(text(&saved).contains("fresh"));
    let without_map = Hosted::new::<Toy>(1, &Offers { nothing: true, ..Offers::default() });
    assert_eq!(without_map.save(&mut saved), LV2_STATE_ERR_NO_FEATURE);
}
