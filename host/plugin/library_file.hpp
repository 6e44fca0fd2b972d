#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/trust.hpp"

namespace orch {

/// A library as it was read; a copy.
struct LibraryFile {
    std::filesystem::path path;  ///< absolute, without links
    std::string bytes;
    std::string sha256;
};

/// Reads the file of a plugin's library, at most 64 MB, if nobody but root and orchd's own user can
/// change it (mayChange) and nobody is writing it right now. Throws PluginError with a sentence
/// that begins with the file.
[[nodiscard]] LibraryFile readLibraryFile(const std::filesystem::path& file);

/// All bytes of an open file, read twice. Throws PluginError when the two differ or the file was
/// changed meanwhile. `between` is run between the two, for tests.
[[nodiscard]] std::string readUnchanging(
    int fd, const std::filesystem::path& file, const std::function<void()>& between = [] {});

}  // namespace orch
