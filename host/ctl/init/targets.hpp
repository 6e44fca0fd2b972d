#pragma once

#include <string>
#include <vector>

namespace orch::ctl {

// Read by hand and line by line: a pattern matcher may need a stack as deep as a line is long, and
// these files are whoever's.

/// Does a Makefile with this text have a rule for `name`? Recipes and variables are none.
[[nodiscard]] bool makeHasTarget(const std::string& text, const std::string& name);

/// The files that it includes, as far as their names stand there plainly; sixteen or a few more.
[[nodiscard]] std::vector<std::string> makeIncludes(const std::string& text);

/// Does a justfile with this text have the recipe `name`?
[[nodiscard]] bool justHasRecipe(const std::string& text, const std::string& name);

/// Does a CMakeLists.txt call enable_testing() or include(CTest)?
[[nodiscard]] bool cmakeEnablesTests(const std::string& text);

}  // namespace orch::ctl
