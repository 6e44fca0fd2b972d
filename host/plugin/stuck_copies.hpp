#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>

namespace orch {

/// Is the library that was loaded from this file still in the process?
[[nodiscard]] bool isLoaded(const std::filesystem::path& copy);

/// The copies of libraries that were closed and stayed in the process all the same. Any thread.
class StuckCopies {
public:
    /// Deletes the copy if its library is out of the process; else keeps it in mind and answers
    /// false. Its file stays then, for who looks into it with a debugger.
    bool removeOrKeep(const std::string& plugin, const std::filesystem::path& copy);
    /// How many of this plugin's are still in the process; those that have gone are deleted.
    [[nodiscard]] int count(const std::string& plugin);

private:
    std::mutex mutex_;
    std::multimap<std::string, std::filesystem::path> copies_;
};

}  // namespace orch
