#include "config/built_in.hpp"

#include <algorithm>

namespace orch {

std::optional<std::string_view> builtInFile(std::string_view name) {
    const auto& files = builtInFiles();
    const auto found = std::find_if(
        files.begin(), files.end(), [&](const BuiltInFile& file) { return file.name == name; });
    if (found == files.end()) return std::nullopt;
    return found->text;
}

}  // namespace orch
