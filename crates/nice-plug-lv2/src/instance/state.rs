//! The state beside the ports: nice-plug's persistent fields, as JSON in one property.
//!
//! An LV2 host stores the ports' values itself, so a saved state contains no parameter values. The states
//! that an editor gets and sets do contain them.

use super::{Instance, Shared};
use crate::features::{Features, Severity};
use crate::plugin::Lv2Plugin;
use crate::raw::*;
use nice_plug::params::internals::ParamPtr;
use nice_plug::params::{InternalParamMut, Param};
use nice_plug::plugin::{ParamValue, PluginState};
use std::collections::BTreeMap;
use std::ffi::{CString, c_void};

/// Fragment of the property's URI; the plugin's URI precedes it.
pub(crate) const STATE_FRAGMENT: &str = "#state";

/// The host's numbers for the state's property and type.
#[derive(Clone, Copy)]
pub(crate) struct StateUrids {
    property: LV2_URID,
    string: LV2_URID,
}

impl StateUrids {
    pub(crate) fn new(features: &Features, plugin_uri: &str) -> Option<Self> {
        let property = CString::new(format!("{plugin_uri}{STATE_FRAGMENT}")).ok()?;
        Some(Self {
            property: features.urid(&property)?,
            string: features.urid(c"http://lv2plug.in/ns/ext/atom#String")?,
        })
    }
}

impl<P: Lv2Plugin> Shared<P> {
    /// The complete state, parameter values included.
    pub(crate) fn state(&self) -> PluginState {
        // SAFETY: the table owns the parameters, so the pointer is valid.
        let value = |param: ParamPtr| unsafe {
            match param {
                ParamPtr::FloatParam(param) => ParamValue::F32((*param).unmodulated_plain_value()),
                ParamPtr::IntParam(param) => ParamValue::I32((*param).unmodulated_plain_value()),
                ParamPtr::BoolParam(param) => ParamValue::Bool((*param).unmodulated_plain_value()),
                ParamPtr::EnumParam(param) => match (*param).unmodulated_plain_id() {
                    Some(id) => ParamValue::String(id.to_owned()),
                    None => ParamValue::I32((*param).unmodulated_plain_value()),
                },
            }
        };
        PluginState {
            version: P::VERSION.to_owned(),
            params: self.table.params.iter().map(|param| (param.id.clone(), value(param.param))).collect(),
            fields: self.params().serialize_fields(),
        }
    }

    /// Sets the parameters in a state and returns the indices of those that changed. Skips a value whose type
    /// differs from its parameter's.
    pub(crate) fn set_params(&self, state: &PluginState) -> Vec<usize> {
        let set = |(place, port): (usize, &crate::table::ParamPort)| {
            let value = state.params.get(&port.id)?;
            // SAFETY: the table owns the parameters, so the pointer is valid.
            let moved = unsafe {
                match (port.param, value) {
                    (ParamPtr::FloatParam(param), ParamValue::F32(value)) => {
                        (*param)._internal_set_plain_value(*value)
                    }
                    (ParamPtr::IntParam(param), ParamValue::I32(value)) => {
                        (*param)._internal_set_plain_value(*value)
                    }
                    (ParamPtr::BoolParam(param), ParamValue::Bool(value)) => {
                        (*param)._internal_set_plain_value(*value)
                    }
                    (ParamPtr::EnumParam(param), ParamValue::I32(value)) => {
                        (*param)._internal_set_plain_value(*value)
                    }
                    (ParamPtr::EnumParam(param), ParamValue::String(id)) => (*param).set_from_id(id),
                    _ => false,
                }
            };
            moved.then_some(place)
        };
        self.table.params.iter().enumerate().filter_map(set).collect()
    }
}

impl<P: Lv2Plugin> Instance<P> {
    /// LV2's `save()`.
    ///
    /// # Safety
    /// `store` must be the host's function, with `handle` as its handle.
    pub(crate) unsafe fn save(&self, store: LV2_State_Store_Function, handle: *mut c_void) -> u32 {
        let Some(urids) = self.shared().urids else { return LV2_STATE_ERR_NO_FEATURE };
        let state = PluginState {
            version: P::VERSION.to_owned(),
            params: BTreeMap::new(),
            fields: self.shared().params().serialize_fields(),
        };
        let json = serde_json::to_string(&state).ok().and_then(|json| CString::new(json).ok());
        let Some(json) = json else { return LV2_STATE_ERR_UNKNOWN };
        let bytes = json.as_bytes_with_nul();
        let flags = LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE;
        // SAFETY: the caller guarantees the function and its handle; the value is a POD, which the host
        // copies during the call.
        unsafe { store(handle, urids.property, bytes.as_ptr().cast(), bytes.len(), urids.string, flags) }
    }

    /// LV2's `restore()`. An invalid state changes nothing.
    ///
    /// # Safety
    /// `retrieve` must be the host's function, with `handle` as its handle. No other function of the instance
    /// may run during the call.
    pub(crate) unsafe fn restore(
        &self,
        retrieve: LV2_State_Retrieve_Function,
        handle: *mut c_void,
        features: &Features,
    ) -> u32 {
        let Some(urids) = self.shared().urids else { return LV2_STATE_ERR_NO_FEATURE };
        let (mut size, mut type_, mut flags) = (0usize, 0, 0);
        // SAFETY: the caller guarantees the function and its handle; the three references are valid for its
        // results.
        let value = unsafe { retrieve(handle, urids.property, &mut size, &mut type_, &mut flags) };
        if value.is_null() {
            return LV2_STATE_ERR_NO_PROPERTY;
        }
        if type_ != urids.string {
            return LV2_STATE_ERR_BAD_TYPE;
        }
        // SAFETY: the host guarantees, by LV2's `retrieve`, that the value has `size` bytes and is valid
        // until `restore()` returns.
        let bytes = unsafe { std::slice::from_raw_parts(value.cast::<u8>(), size) };
        let json = bytes.strip_suffix(&[0]).unwrap_or(bytes);
        let mut state: PluginState = match serde_json::from_slice(json) {
            Ok(state) => state,
            Err(error) => {
                let message = format!("{}: the saved state is invalid and was not loaded: {error}", P::NAME);
                features.log(Severity::Warning, &message);
                return LV2_STATE_ERR_UNKNOWN;
            }
        };
        P::filter_state(&mut state);
        self.shared().params().deserialize_fields(&state.fields);
        // SAFETY: the caller guarantees that no other function of the instance runs during the call.
        unsafe { self.audio() }.state_restored();
        LV2_STATE_SUCCESS
    }
}
