#pragma once

#include <string_view>

namespace orch {

/// Does the path, as git writes it ("src/a.c"), match the pattern? `?` and `*` stay within a
/// folder,
/// `**` stands for any number of folders; a pattern without one is about that depth alone. Case
/// counts. At most in the order of pattern × path steps, whatever they hold.
[[nodiscard]] bool matchesPattern(std::string_view pattern, std::string_view path);

/// The same, but whatever could take the place of what the pattern names counts as well: other
/// case (a machine may not tell them apart), and a file or link where the pattern has a folder
/// (".ci" for ".ci/**").
[[nodiscard]] bool touchesPattern(std::string_view pattern, std::string_view path);

}  // namespace orch
