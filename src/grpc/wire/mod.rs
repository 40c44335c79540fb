//! Between messages and values of the field: `parse` on the way in, `render` on the way out.

pub(crate) mod parse;
pub(crate) mod render;
