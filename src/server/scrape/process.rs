//! The process itself, under the names that every exporter uses, as far as the system tells.

use std::fs;

use prometheus_client::{
    metrics::{counter::ConstCounter, gauge::ConstGauge},
    registry::{Registry, Unit},
};

/// The unit of `/proc/self/stat`: every Linux that Rust supports has 100 ticks a second.
const TICKS_PER_SECOND: f64 = 100.0;

/// A registry with what can be read now.
pub(super) fn registry() -> Registry {
    let mut registry = Registry::with_prefix("process");
    if let Some(bytes) = resident_bytes() {
        let gauge = ConstGauge::new(bytes);
        registry.register_with_unit("resident_memory", "Resident memory", Unit::Bytes, gauge);
    }
    if let Some(count) = open_files() {
        registry.register("open_fds", "Open files and sockets", ConstGauge::new(count));
    }
    if let Some(seconds) = cpu_seconds() {
        let counter = ConstCounter::new(seconds);
        registry.register_with_unit("cpu", "Processor time of all threads", Unit::Seconds, counter);
    }
    registry
}

fn resident_bytes() -> Option<i64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: i64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}

fn open_files() -> Option<i64> {
    // The listing itself has one open.
    i64::try_from(fs::read_dir("/proc/self/fd").ok()?.count().saturating_sub(1)).ok()
}

fn cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name in brackets may have spaces; user and system time are the 14th and 15th field.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut times = fields.split(' ').skip(11).map(str::parse::<u32>);
    let (user, system) = (times.next()?.ok()?, times.next()?.ok()?);
    Some((f64::from(user) + f64::from(system)) / TICKS_PER_SECOND)
}
