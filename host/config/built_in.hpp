#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace orch {

/// A file of the source's folder config/ that is part of the program, so that it is there wherever
/// the program is installed: the prompts, the agents' profiles, what `orchctl init` fills in.
struct BuiltInFile {
    std::string_view name;  ///< "prompts/review.md"
    std::string_view text;
};

/// All of them, by name.
[[nodiscard]] const std::vector<BuiltInFile>& builtInFiles();
/// The text; nothing when there is no such file.
[[nodiscard]] std::optional<std::string_view> builtInFile(std::string_view name);

}  // namespace orch
