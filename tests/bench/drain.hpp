#pragma once

#include <filesystem>
#include <functional>

#include "store/store.hpp"

namespace orch::bench {

/// How far jobs came from enqueue over claim to finish, each step durable.
struct Drained {
    double jobs_per_s{};
    double jobs_per_commit{};
    double cpu_us_per_job{};
};

/// The floor: one thread, the statements of store/jobs_sql.hpp through SQLite's C interface,
/// `batch` finishes, enqueues and claims a commit.
[[nodiscard]] Drained drainRaw(const std::filesystem::path& file, int batch, double seconds);

/// The Store: as many producers, each waiting for the acknowledgement of its enqueue; the pass-end
/// hook claims, and what was claimed is finished by another thread.
[[nodiscard]] Drained drainStore(const std::filesystem::path& file, int producers, double seconds);
/// The same on an open store that has no pass-end hook, as long as `go_on`, which producers ask.
[[nodiscard]] Drained drainStore(Store& store, int producers, const std::function<bool()>& go_on);

}  // namespace orch::bench
