//! The state that ports don't hold: nice-plug's persistent fields, as JSON in one property.
//!
//! Parameters are ports, and what a host puts into a port is the truth; so what a host saves has no parameter values. The
//! states that an editor gets and sets have.

use super::{Instance, Shared};
use crate::features::{Features, Severity};
use crate::plugin::Lv2Plugin;
use crate::raw::*;
use nice_plug::params::internals::ParamPtr;
use nice_plug::params::{InternalParamMut, Param};
use nice_plug::plugin::{ParamValue, PluginState};
use std::collections::BTreeMap;
use std::ffi::{CString, c_void};

/// Fragment of the property's URI, after the plugin's.
pub(crate) const STATE_FRAGMENT: &str = "#state";

/// The numbers of what a state is made of.
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
    /// The whole state, parameters included.
    pub(crate) fn state(&self) -> PluginState {
        // SAFETY: the table keeps the parameters.
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

    /// Sets the parameters that a state holds; the places of those that moved. A value of another type than its parameter is passed over.
    pub(crate) fn set_params(&self, state: &PluginState) -> Vec<usize> {
        let set = |(place, port): (usize, &crate::table::ParamPort)| {
            let value = state.params.get(&port.id)?;
            // SAFETY: the table keeps the parameters.
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
    /// `store` and `handle` are what the host passed.
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
        // SAFETY: the host copies the value.
        unsafe { store(handle, urids.property, bytes.as_ptr().cast(), bytes.len(), urids.string, flags) }
    }

    /// LV2's `restore()`. A state that can't be read changes nothing.
    ///
    /// # Safety
    /// `retrieve` and `handle` are what the host passed; LV2 keeps every other function of the instance away.
    pub(crate) unsafe fn restore(
        &self,
        retrieve: LV2_State_Retrieve_Function,
        handle: *mut c_void,
        features: &Features,
    ) -> u32 {
        let Some(urids) = self.shared().urids else { return LV2_STATE_ERR_NO_FEATURE };
        let (mut size, mut type_, mut flags) = (0usize, 0, 0);
        // SAFETY: the host's function, with room for what it tells.
        let value = unsafe { retrieve(handle, urids.property, &mut size, &mut type_, &mut flags) };
        if value.is_null() {
            return LV2_STATE_ERR_NO_PROPERTY;
        }
        if type_ != urids.string {
            return LV2_STATE_ERR_BAD_TYPE;
        }
        // SAFETY: the host says how long the value is.
        let bytes = unsafe { std::slice::from_raw_parts(value.cast::<u8>(), size) };
        let json = bytes.strip_suffix(&[0]).unwrap_or(bytes);
        let mut state: PluginState = match serde_json::from_slice(json) {
            Ok(state) => state,
            Err(error) => {
                let message = format!("{}: the state is refused, the present one stays: {error}", P::NAME);
                features.log(Severity::Warning, &message);
                return LV2_STATE_ERR_UNKNOWN;
            }
        };
        P::filter_state(&mut state);
        self.shared().params().deserialize_fields(&state.fields);
        // SAFETY: LV2 keeps `run()` and every other function away while a state is restored.
        unsafe { self.audio() }.state_restored();
        LV2_STATE_SUCCESS
    }
}
