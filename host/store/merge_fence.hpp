#pragma once

#include <cstdint>
#include <string>

#include "store/connection.hpp"

namespace orch {

// The fencing tokens of merge leases: one growing number a repository. They come from the database
// and never from a lease's file, so a file that was lost or copied cannot hand one out twice.

/// The next token of `repository`; whoever holds an earlier one can record nothing from now on.
[[nodiscard]] std::int64_t takeMergeFence(Tx& tx, const std::string& repository);
/// Is `token` still the last one handed out?
[[nodiscard]] bool holdsMergeFence(Connection& db,
                                   const std::string& repository,
                                   std::int64_t token);

}  // namespace orch
