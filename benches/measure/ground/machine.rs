//! On what it was measured.

use std::path::Path;

/// Processors, kernel, file system of the databases, and how busy the machine was already.
pub(crate) fn line() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let processors = read("/proc/cpuinfo");
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let kernel = read("/proc/sys/kernel/osrelease");
    let load = read("/proc/loadavg");
    let profile = if cfg!(debug_assertions) {
        "UNOPTIMISED build: these figures mean nothing"
    } else {
        "optimised build"
    };
    format!(
        "machine: {cores} cores ({model}), Linux {}, databases on {}, load before {}; {profile}",
        kernel.trim(),
        file_system(&read("/proc/mounts"), &std::env::temp_dir()),
        load.split(' ').next().unwrap_or("unknown"),
    )
}

/// The kind of the file system that holds a folder: that of the longest mount point above it.
fn file_system(mounts: &str, folder: &Path) -> String {
    let mounted = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?, words.next()?))
    });
    mounted
        .filter(|(place, _)| folder.starts_with(place))
        .max_by_key(|(place, _)| place.len())
        .map_or_else(|| "unknown".to_owned(), |(_, kind)| kind.to_owned())
}
