//! What one call may gather. Every event of a call carries it whole, every stream passes it on and every answer is kept, so
//! what it gathers has an end.

/// Hazards, person references and external references, of each.
pub(super) const MOST_OF_A_KIND: usize = 200;
/// Remarks.
pub(super) const MOST_REMARKS: usize = 500;
/// Links to other calls.
pub(super) const MOST_LINKS: usize = 50;
/// Corrections of one time.
pub(super) const MOST_CORRECTIONS: usize = 20;
/// How often it may be taken up again.
pub(super) const MOST_REOPENINGS: usize = 20;
