#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace orch::ctl {

enum class Existing { kRefuse, kKeepAside };

/// Writes `text` to `file`. One that is there is never lost: it is refused, or gets a name of its
/// own first ("orch.yaml.before-1"), which is the answer. Throws Error with a sentence.
std::optional<std::filesystem::path> writeNew(const std::filesystem::path& file,
                                              const std::string& text,
                                              Existing existing);

}  // namespace orch::ctl
