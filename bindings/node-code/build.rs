//! Lets the addon's undefined `napi_*` symbols be resolved by the process that loads it.

fn main() {
    napi_build::setup();
}
