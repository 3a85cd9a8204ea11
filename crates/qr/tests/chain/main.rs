//! The whole chain as callers see it: texts to images to payloads, and what is refused.

mod containers;
mod example;
mod fixtures;
#[path = "../hostile/mod.rs"]
mod hostile;
mod images;
mod versions;
mod work;
