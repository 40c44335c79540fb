//! A table that reads well on a terminal and is Markdown as well.

/// A table with a title above it and notes below.
pub(crate) struct Sheet<const COLUMNS: usize> {
    title: String,
    rows: Vec<[String; COLUMNS]>,
    notes: Vec<String>,
}

impl<const COLUMNS: usize> Sheet<COLUMNS> {
    pub(crate) fn new(title: &str, head: [&str; COLUMNS]) -> Sheet<COLUMNS> {
        Sheet {
            title: title.to_owned(),
            rows: vec![head.map(str::to_owned)],
            notes: Vec::new(),
        }
    }

    pub(crate) fn row(&mut self, cells: [String; COLUMNS]) {
        self.rows.push(cells);
    }

    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Prints it; the first column to the left, the others to the right.
    pub(crate) fn print(&self) {
        let wide = |column: usize| {
            let cells = self.rows.iter().map(|row| &row[column]);
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: [usize; COLUMNS] = std::array::from_fn(wide);
        println!("\n### {}\n", self.title);
        for (place, row) in self.rows.iter().enumerate() {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(column, (cell, width))| match column {
                    0 => format!("{cell:<width$}"),
                    _ => format!("{cell:>width$}"),
                })
                .collect();
            println!("| {} |", cells.join(" | "));
            if place == 0 {
                let rule = |column: usize| match column {
                    0 => "-".repeat(widths[column]),
                    _ => format!("{}:", "-".repeat(widths[column].saturating_sub(1))),
                };
                let rules: Vec<String> = (0..COLUMNS).map(rule).collect();
                println!("| {} |", rules.join(" | "));
            }
        }
        for note in &self.notes {
            println!("\n{note}");
        }
    }
}
