#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml_tree.hpp"

namespace orch {

/// The text of a YAML file, for what the parser does not tell: characters instead of bytes in its
/// columns, tabs, quotes that never end.
class YamlSource {
public:
    /// `text` must outlive this.
    explicit YamlSource(std::string_view text);

    /// `line` and `byte` count from 0, as yaml-cpp does; past the end is the end of the line.
    [[nodiscard]] Mark markAt(int line, int byte) const;
    [[nodiscard]] std::string_view line(int number) const;
    /// Where a tab is used to indent this line; nothing when none is.
    [[nodiscard]] std::optional<Mark> tabIndent(int number) const;
    /// Does a quoted scalar begin there whose closing quote is missing?
    [[nodiscard]] bool quoteNeverEnds(int line, int byte) const;
    /// The first byte that is not UTF-8, or is a control character YAML does not allow.
    [[nodiscard]] std::optional<YamlError> firstBadByte() const;

private:
    [[nodiscard]] std::size_t begin(int line) const;

    std::string_view text_;
    std::vector<std::size_t> begins_;  ///< of the lines
};

}  // namespace orch
