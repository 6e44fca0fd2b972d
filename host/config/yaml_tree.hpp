#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace orch {

/// A place in a file, counted in lines and characters from 1.
struct Mark {
    int line = 1, column = 1;
};

/// One value of a YAML document, aliases already replaced by copies of what they name.
struct YamlNode {
    enum class Kind { kNull, kScalar, kList, kMap };
    Kind kind = Kind::kNull;
    Mark mark;
    std::string text;             ///< of a scalar
    std::vector<YamlNode> items;  ///< of a list; of a map: key, value, key, value, …
};

/// "a list", "the text \"abc\"", for messages.
[[nodiscard]] std::string describe(const YamlNode& node);

/// What is wrong with the text, and where; the message is a sentence without the place.
class YamlError : public Error {
public:
    YamlError(Mark mark, const std::string& what) : Error(what), mark_(mark) {}
    [[nodiscard]] Mark mark() const { return mark_; }

private:
    Mark mark_;
};

struct YamlLimits {
    std::size_t file_bytes = 1'000'000;
    std::size_t nodes = 20'000;          ///< after aliases are replaced
    std::size_t text_bytes = 2'000'000;  ///< after aliases are replaced
    int depth = 32;
};

/// Parses the one document in `text`; an empty one is kNull. Throws YamlError for what is not YAML,
/// is not UTF-8, passes a limit (an alias bomb does), has tags, a second document, an alias inside
/// of what it names, or a key that is not a plain word.
[[nodiscard]] YamlNode parseYaml(std::string_view text, const YamlLimits& limits = {});

}  // namespace orch
