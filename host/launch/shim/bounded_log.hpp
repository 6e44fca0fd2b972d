#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/files.hpp"

namespace orch {

/// out.log: keeps the first `limit` bytes as they are, counts the rest. Never fails: what cannot be
/// written is counted, since a full disk must not end an agent.
class BoundedLog {
public:
    /// `file` is open for appending.
    BoundedLog(UniqueFd file, std::uint64_t limit) : file_(std::move(file)), limit_(limit) {}

    void take(std::string_view bytes);
    /// Appends the line that says how much is missing, when something is.
    void finish();

    /// Everything taken, kept or not.
    [[nodiscard]] std::uint64_t total() const { return total_; }

private:
    [[nodiscard]] std::size_t keep(std::string_view bytes);
    [[nodiscard]] std::string closingLine() const;

    UniqueFd file_;
    std::uint64_t limit_, kept_ = 0, total_ = 0;
    char last_ = '\n';
    int write_error_ = 0;
};

}  // namespace orch
