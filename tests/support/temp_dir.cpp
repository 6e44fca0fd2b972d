#include "support/temp_dir.hpp"

#include <stdlib.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace orch::testing {

namespace fs = std::filesystem;

TempDir::TempDir() : TempDir(fs::temp_directory_path()) {}

TempDir::TempDir(const fs::path& parent) {
    auto pattern = (parent / "orch-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::system_error(errno, std::generic_category(), "mkdtemp " + pattern);
    }
    path_ = fs::canonical(pattern);
}

TempDir::~TempDir() {
    std::error_code ignored;  // a leftover in the temporary folder is no reason to fail
    fs::remove_all(path_, ignored);
}

}  // namespace orch::testing
