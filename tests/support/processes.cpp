#include "support/processes.hpp"

#include <filesystem>
#include <fstream>

namespace orch::testing {

namespace {

bool hasWord(const std::filesystem::path& process, const std::string& word) {
    std::ifstream words(process / "cmdline");
    for (std::string one; std::getline(words, one, '\0');) {
        if (one == word) return true;
    }
    return false;
}

}  // namespace

int processesWith(const std::string& word) {
    int found = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const auto name = entry.path().filename().string();
        const bool process = name.find_first_not_of("0123456789") == std::string::npos;
        if (process && hasWord(entry.path(), word)) ++found;
    }
    return found;
}

}  // namespace orch::testing
