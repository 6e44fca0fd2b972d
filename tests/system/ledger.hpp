#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace orch::testing {

/// What the scripts wrote about themselves: "event attempt task stage pid", a line each.
class Ledger {
public:
    explicit Ledger(const std::filesystem::path& file);

    struct Entry {
        std::string event;    ///< start, end, overlap, or a word of the script's own
        std::string attempt;  ///< "3.1"
        std::string task, stage;
        pid_t pid{};
    };
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    [[nodiscard]] std::size_t count(const std::string& event, const std::string& stage = "") const;
    /// The attempts that began more than once: must always be empty.
    [[nodiscard]] std::vector<std::string> twice() const;
    [[nodiscard]] std::string text() const { return text_; }

private:
    std::string text_;
    std::vector<Entry> entries_;
};

}  // namespace orch::testing
