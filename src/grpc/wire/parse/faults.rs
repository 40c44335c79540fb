//! Every fault of a message, told at once.

use std::collections::BTreeSet;

use crate::refusal::{Reason, Refusal, Violation};

/// How many paths of one mask are told to be at fault: an answer does not grow with a hostile request.
const MOST_SHOWN: usize = 20;

/// Why a field cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) reason: Reason,
    pub(crate) detail: String,
}

impl Fault {
    pub(crate) fn new(reason: Reason, detail: impl Into<String>) -> Fault {
        Fault {
            reason,
            detail: detail.into(),
        }
    }
}

/// The faults found so far.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Violation>);

impl Faults {
    /// The field's value, or its fault among the others.
    pub(crate) fn take<T>(&mut self, field: impl Into<String>, found: Result<T, Fault>) -> Option<T> {
        match found {
            Ok(value) => Some(value),
            Err(Fault { reason, detail }) => {
                self.0.push(Violation {
                    field: field.into(),
                    reason,
                    detail,
                });
                None
            }
        }
    }

    /// A fault of a field whose value is taken elsewhere.
    pub(crate) fn note(&mut self, field: impl Into<String>, reason: Reason, detail: impl Into<String>) {
        let _: Option<()> = self.take(field, Err(Fault::new(reason, detail)));
    }

    /// The value of a field that may be absent.
    pub(crate) fn take_if<F: ?Sized, T>(
        &mut self,
        field: impl Into<String>,
        present: Option<&F>,
        check: impl FnOnce(&F) -> Result<T, Fault>,
    ) -> Option<Option<T>> {
        match present {
            Some(present) => self.take(field, check(present)).map(Some),
            None => Some(None),
        }
    }

    /// The values of a list of at most `most`, each with its place in the name of its field.
    pub(crate) fn take_each<F, T, C: FromIterator<T>>(
        &mut self,
        field: &str,
        most: usize,
        list: &[F],
        check: impl Fn(&F) -> Result<T, Fault>,
    ) -> Option<C> {
        self.take_parts(field, most, list, |faults, field, part| {
            faults.take(field, check(part))
        })
    }

    /// As `take_each`, for parts that have fields of their own.
    pub(crate) fn take_parts<F, T, C: FromIterator<T>>(
        &mut self,
        field: &str,
        most: usize,
        list: &[F],
        check: impl Fn(&mut Faults, String, &F) -> Option<T>,
    ) -> Option<C> {
        if list.len() > most {
            let fault = Fault::new(Reason::TooMany, format!("at most {most}"));
            return self.take(field, Err(fault));
        }
        // Every part is looked at, also behind a bad one.
        let parts: Vec<Option<T>> = list
            .iter()
            .enumerate()
            .map(|(place, part)| check(self, format!("{field}[{place}]"), part))
            .collect();
        parts.into_iter().collect()
    }

    /// The value of a field that the mask asks for; `Some(None)` when it does not.
    pub(crate) fn when<T>(
        &mut self,
        asked: bool,
        field: &str,
        check: impl FnOnce() -> Result<T, Fault>,
    ) -> Option<Option<T>> {
        if asked {
            self.take(field, check()).map(Some)
        } else {
            Some(None)
        }
    }

    /// The known paths of a mask. Each of the others is at fault; unless the mask may be empty, naming none is too. The
    /// known ones are given back beside faults, so that the fields they name are looked at all the same.
    pub(crate) fn mask(
        &mut self,
        mask: Option<&prost_types::FieldMask>,
        known: &[&str],
        must_name_one: bool,
    ) -> BTreeSet<String> {
        let named: BTreeSet<String> = mask
            .map(|mask| mask.paths.iter().cloned().collect())
            .unwrap_or_default();
        if named.is_empty() && must_name_one {
            self.note("update_mask", Reason::Required, "name at least one field");
        }
        let (paths, others): (BTreeSet<String>, BTreeSet<String>) =
            named.into_iter().partition(|path| known.contains(&path.as_str()));
        for path in others.iter().take(MOST_SHOWN) {
            let shown: String = path.chars().take(40).collect();
            self.note(
                "update_mask",
                Reason::InvalidMask,
                format!("`{shown}` cannot be changed"),
            );
        }
        paths
    }

    /// The whole, when nothing is at fault.
    pub(crate) fn end<T>(self, whole: impl FnOnce() -> Option<T>) -> Result<T, Refusal> {
        match self.0.first() {
            None => {
                whole().ok_or_else(|| Refusal::new(Reason::MalformedMessage, "the message is incomplete"))
            }
            Some(first) => Err(Refusal {
                violations: self.0.clone(),
                ..Refusal::new(first.reason, format!("{}: {}", first.field, first.detail))
            }),
        }
    }
}
