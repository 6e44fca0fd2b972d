#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace orch {

struct DescribedItem;

/// A configuration as a tree of texts, in the order of the file: what show() prints and diff()
/// compares, so that both know the same keys.
struct Described {
    enum class Kind { kText, kList, kMap };
    Kind kind = Kind::kText;
    std::string value;       ///< what is in force: for comparing, may be secret
    std::string shown;       ///< what people may see: with ${NAME} where a variable was used
    bool is_literal = true;  ///< a "${" in `shown` is meant as it stands
    /// Of a map by key; of a list by the item's name, or "" for items without one.
    std::vector<DescribedItem> items;
};

struct DescribedItem {
    std::string name;
    Described value;
};

[[nodiscard]] Described describe(const Config& config);

}  // namespace orch
