//! How another system's columns are ours. The mapping is TOML:
//!
//! ```toml
//! system = "payroll"            # whose names these are: the reference is payroll/employee/<value>
//! kind = "employee"             # default `employee`, of shifts `shift`
//! responder_kind = "employee"   # in credentials and shifts: the kind of the responder's name; default `employee`
//! zone = "America/Denver"       # of wall-clock times; default the jurisdiction's
//! separator = ";"               # between the parts of a list; default a line break
//! delimiter = "\t"              # between cells; default a comma
//! [columns]                     # our column = theirs
//! reference = "Emp No"
//! name = "Full Name"
//! [constants]                   # our column = the value of every row
//! agency = "slmpd"
//! [widths]                      # our column = digits: fewer are refused, a spreadsheet has lost the zeros
//! reference = 6
//! ```
//!
//! Without `[columns]` the file has our own columns, as an export writes them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Kind;
use crate::printable::{CODE, code_fault, text_fault};
use crate::shift::civil::is_zone;

/// The longest mapping, bytes.
pub const MAPPING_BYTES: usize = 16 * 1024;

/// How another system's columns are ours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// The other system.
    pub system: Option<String>,
    /// What its names name.
    pub kind: Option<String>,
    /// What its names of responders name, in tables of other things.
    pub responder_kind: Option<String>,
    /// The zone of its clocks.
    pub zone: Option<String>,
    /// What stands between the parts of a list.
    pub separator: Option<String>,
    /// What stands between cells.
    pub delimiter: Option<char>,
    /// Our column, and what it is called there.
    pub columns: BTreeMap<String, String>,
    /// Our column, and what every row says in it.
    pub constants: BTreeMap<String, String>,
    /// Our column, and how many digits it has.
    pub widths: BTreeMap<String, usize>,
}

impl Mapping {
    /// From TOML. The error says everything that is wrong with it.
    pub fn parse(text: &str, kind: Kind) -> Result<Mapping, String> {
        if text.len() > MAPPING_BYTES {
            return Err(format!("a mapping has at most {MAPPING_BYTES} bytes"));
        }
        // The parser's own words show the text that it does not understand, over several lines.
        let mapping: Mapping = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        let faults = mapping.faults(kind);
        if faults.is_empty() {
            Ok(mapping)
        } else {
            Err(faults.join("; "))
        }
    }

    /// Whether the file has our own columns.
    pub fn is_ours(&self) -> bool {
        self.columns.is_empty()
    }

    fn faults(&self, kind: Kind) -> Vec<String> {
        let mut faults = Vec::new();
        let parts = [
            ("columns", self.columns.keys().collect::<Vec<_>>()),
            ("constants", self.constants.keys().collect()),
            ("widths", self.widths.keys().collect()),
        ];
        for (part, names) in parts {
            for name in names {
                if !kind.fields().contains(&name.as_str()) {
                    let shown: String = name.chars().take(40).collect();
                    faults.push(format!(
                        "[{part}] names `{shown}`, which is no column of ours; these are: {}",
                        kind.fields().join(", ")
                    ));
                }
            }
        }
        for (field, name) in &self.columns {
            if self.constants.contains_key(field) {
                faults.push(format!(
                    "`{field}` is a column and a constant; it can be one of them"
                ));
            }
            if text_fault(name, CODE, |_| false).is_some() || name.is_empty() {
                faults.push(format!("the column of `{field}` has no usable name"));
            }
        }
        for (name, code) in [
            ("system", &self.system),
            ("kind", &self.kind),
            ("responder_kind", &self.responder_kind),
        ] {
            let bad = code
                .as_deref()
                .is_some_and(|code| code.is_empty() || code_fault(code).is_some());
            if bad {
                faults.push(format!("`{name}` is no code: 1 to 64 of A-Z a-z 0-9 _ : -"));
            }
        }
        let says_reference =
            self.columns.contains_key("reference") || self.constants.contains_key("reference");
        if says_reference && self.system.is_none() {
            faults.push("`reference` is a name in another system: say which as `system`".to_owned());
        }
        if self.zone.as_deref().is_some_and(|zone| !is_zone(zone)) {
            faults.push("`zone` is no zone of the time zone database".to_owned());
        }
        if self.separator.as_deref() == Some("") {
            faults.push("`separator` is empty".to_owned());
        }
        if self
            .delimiter
            .is_some_and(|one| !one.is_ascii() || matches!(one, '"' | '\n' | '\r'))
        {
            faults.push("`delimiter` is one ASCII character and no quote".to_owned());
        }
        if self.widths.values().any(|width| !(1..=64).contains(width)) {
            faults.push("a width lies between 1 and 64 digits".to_owned());
        }
        faults
    }
}
