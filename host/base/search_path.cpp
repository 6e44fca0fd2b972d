#include "base/search_path.hpp"

#include <unistd.h>

#include <sstream>

namespace orch {

namespace fs = std::filesystem;

bool isProgram(const fs::path& file) {
    std::error_code error;
    return fs::is_regular_file(file, error) && access(file.c_str(), X_OK) == 0;
}

std::optional<fs::path> findProgram(const std::string& name, const std::string& search_path) {
    if (name.find('/') != std::string::npos) return std::nullopt;
    std::istringstream folders(search_path);
    std::string folder;
    while (std::getline(folders, folder, ':')) {
        auto file = fs::path(folder.empty() ? "." : folder) / name;
        if (isProgram(file)) return file;
    }
    return std::nullopt;
}

}  // namespace orch
