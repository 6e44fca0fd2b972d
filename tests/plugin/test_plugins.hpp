#pragma once

#include <filesystem>
#include <string>

namespace orch::testing {

/// A library that tests/plugin/bad/CMakeLists.txt makes: "good", "unique".
inline std::filesystem::path testPlugin(const std::string& name) {
    return std::filesystem::path{ORCH_TEST_PLUGINS} / (name + ".so");
}

}  // namespace orch::testing
