#include "forge/in_the_way.hpp"

#include <algorithm>
#include <set>
#include <system_error>

#include "base/text.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostPaths = 20;
constexpr std::size_t kLongestPath = 4096;

std::vector<std::string> namesIn(const std::string& listed) {
    std::vector<std::string> names;
    for (std::size_t from = 0; from < listed.size();) {
        const auto end = std::min(listed.find('\0', from), listed.size());
        names.push_back(listed.substr(from, end - from));
        from = end + 1;
    }
    return names;
}

class Look {
public:
    Look(const Git& checkout, const fs::path& folder, const std::vector<std::string>& removed)
        : checkout_(checkout), folder_(folder), removed_(removed.begin(), removed.end()) {}

    /// Where no file was. `path` is what git says: relative, without "." and "..".
    void added(const std::string& path) {
        for (auto end = path.find('/'); end != std::string::npos; end = path.find('/', end + 1)) {
            const auto above = path.substr(0, end);
            const auto type = typeOf(above);
            if (type == fs::file_type::directory) continue;
            if (type != fs::file_type::not_found) mark(above);
            return;
        }
        switch (typeOf(path)) {
            case fs::file_type::not_found:
                return;
            case fs::file_type::directory:
                return markOthersIn(path);
            default:
                return mark(path);
        }
    }
    /// Where a file was and another kind is now; a folder there is a submodule's.
    void retyped(const std::string& path) {
        std::error_code error;
        const bool kept =
            typeOf(path) == fs::file_type::directory && !fs::is_empty(folder_ / path, error);
        if (kept || error) found_.insert(path);
    }
    [[nodiscard]] bool full() const { return found_.size() >= kMostPaths; }
    [[nodiscard]] std::vector<std::string> found() const { return {found_.begin(), found_.end()}; }

private:
    /// What cannot be looked at is of an unknown type, and in the way.
    [[nodiscard]] fs::file_type typeOf(const std::string& path) const {
        std::error_code error;
        return fs::symlink_status(folder_ / path, error).type();
    }
    void mark(const std::string& path) {
        if (!removed_.contains(path)) found_.insert(shorten(cleanUtf8(path), kLongestPath));
    }
    void markOthersIn(const std::string& path) {
        const auto listed = checkout_.run("looking through " + (folder_ / path).string(),
                                          {"--literal-pathspecs",
                                           "ls-files",
                                           "--others",
                                           "--directory",
                                           "--no-empty-directory",
                                           "-z",
                                           "--",
                                           path});
        for (const auto& other : namesIn(listed)) {
            if (!full()) mark(other);
        }
    }

    const Git& checkout_;
    const fs::path& folder_;
    std::set<std::string> removed_;
    std::set<std::string> found_;
};

}  // namespace

std::vector<std::string> inTheWay(const Git& objects,
                                  const Git& checkout,
                                  const fs::path& folder,
                                  const std::string& from,
                                  const std::string& to) {
    const auto changed = [&](const std::string& kind) {
        return namesIn(objects.run("what " + to + " changes on " + from,
                                   {"diff-tree",
                                    "-r",
                                    "-z",
                                    "--name-only",
                                    "--no-renames",
                                    "--ignore-submodules=none",
                                    "--diff-filter=" + kind,
                                    from,
                                    to}));
    };
    Look look(checkout, folder, changed("D"));
    for (const auto& path : changed("A")) {
        if (!look.full()) look.added(path);
    }
    for (const auto& path : changed("T")) {
        if (!look.full()) look.retyped(path);
    }
    return look.found();
}

}  // namespace orch
