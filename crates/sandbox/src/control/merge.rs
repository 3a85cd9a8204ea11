//! Changing settings by name: what every provider's `POST …/settings` does.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// `current` with the named fields replaced; a wrong name or value is refused with the list of right ones.
pub(crate) fn merged<T: Serialize + DeserializeOwned>(current: &T, changes: Map<String, Value>) -> Result<T, String> {
    let Value::Object(mut all) = serde_json::to_value(current).map_err(|error| error.to_string())? else {
        return Err("settings are an object".to_owned());
    };
    all.extend(changes);
    serde_json::from_value(Value::Object(all)).map_err(|error| error.to_string())
}
