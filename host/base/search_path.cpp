#include "base/search_path.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <sstream>
#include <vector>

#include "base/text.hpp"
#include "base/trust.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> foldersOf(const std::string& search_path) {
    std::vector<std::string> folders;
    std::istringstream stream(search_path);
    for (std::string folder; std::getline(stream, folder, ':');) folders.push_back(folder);
    return folders;
}

bool mayWriteTo(const fs::path& folder, uid_t user) {
    struct stat info {};
    if (stat(folder.c_str(), &info) != 0) return false;  // the folder it would be in is asked next
    if (info.st_uid == user || (info.st_mode & S_IWOTH) != 0) return true;
    return user == geteuid() && access(folder.c_str(), W_OK) == 0;  // by a group, for instance
}

bool mayChangeTheWayTo(fs::path folder, uid_t user) {
    while (!mayWriteTo(folder, user)) {
        if (!folder.has_relative_path()) return false;
        folder = folder.parent_path();
    }
    return true;
}

bool isFolder(const fs::path& path) {
    std::error_code error;
    return fs::is_directory(path, error);
}

bool isInstalled(const std::string& folder, uid_t user) {
    if (!folder.starts_with('/')) return false;
    std::error_code error;
    return !mayChangeTheWayTo(folder, user) &&
           !mayChangeTheWayTo(fs::weakly_canonical(folder, error), user) && !error;
}

}  // namespace

bool isProgram(const fs::path& file) {
    std::error_code error;
    return fs::is_regular_file(file, error) && access(file.c_str(), X_OK) == 0;
}

std::optional<fs::path> findProgram(const std::string& name, const std::string& search_path) {
    if (name.find('/') != std::string::npos) return std::nullopt;
    for (const auto& folder : foldersOf(search_path)) {
        auto file = fs::path(folder.empty() ? "." : folder) / name;
        if (isProgram(file)) return file;
    }
    return std::nullopt;
}

std::string trustedFolders(const std::string& search_path, uid_t user) {
    if (user == 0) return foldersNobodyElseChanges(search_path);
    auto folders = foldersOf(search_path);
    std::erase_if(folders, [user](const std::string& folder) {
        if (!folder.starts_with('/')) return true;
        return !isInstalled(folder, user);
    });
    return join(folders, ":");
}

std::string foldersNobodyElseChanges(const std::string& search_path) {
    auto folders = foldersOf(search_path);
    std::erase_if(folders, [](const std::string& folder) {
        const bool absolute = folder.starts_with('/');
        return !absolute || !isFolder(folder) || trustOf(folder).problem.has_value();
    });
    return join(folders, ":");
}

std::optional<fs::path> whereIs(const std::string& program, const std::string& search_path) {
    if (program.starts_with('/')) return isProgram(program) ? std::optional{program} : std::nullopt;
    const auto found = findProgram(program, search_path);
    return found ? std::optional{fs::absolute(*found).lexically_normal()} : std::nullopt;
}

std::optional<std::string> untrustedProgram(const std::string& name,
                                            const std::string& search_path,
                                            uid_t user) {
    const auto found = findProgram(name, search_path);
    if (!found || findProgram(name, trustedFolders(search_path, user))) return std::nullopt;
    return name + " is only in " + found->parent_path().string() +
           ", where agents or other users can put a program: orchd does not start it; install it " +
           "for all users, such as with apt-get install " + name;
}

}  // namespace orch
