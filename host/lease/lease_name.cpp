#include "lease/lease_name.hpp"

#include <algorithm>
#include <filesystem>

#include "base/digest.hpp"

namespace orch {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDigits = 8;
constexpr std::size_t kLongestWord = 64;

/// "https://…", "user@host:app": somewhere else, not a path.
bool isAddress(const std::string& repository) {
    const auto colon = repository.find(':');
    return colon != std::string::npos && repository.find('/') > colon;
}

std::string withoutEnd(std::string text, const std::string& end) {
    while (text.size() > end.size() && text.ends_with(end)) text.resize(text.size() - end.size());
    return text;
}

std::string canonicalPath(const std::string& path) {
    std::error_code error;
    const auto canonical = fs::weakly_canonical(path, error);
    return error ? fs::absolute(path).lexically_normal().string() : canonical.string();
}

std::string canonical(const std::string& repository) {
    if (isAddress(repository)) return withoutEnd(withoutEnd(repository, "/"), ".git");
    return withoutEnd(withoutEnd(canonicalPath(repository), "/"), "/.git");
}

bool isPlain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}

std::string wordOf(const std::string& canonical) {
    auto word = canonical.substr(canonical.find_last_of("/:") + 1).substr(0, kLongestWord);
    std::replace_if(
        word.begin(), word.end(), [](char c) { return !isPlain(c); }, '_');
    if (word.starts_with('.')) word.front() = '_';
    return word.empty() ? "repository" : word;
}

}  // namespace

std::string leaseNameOf(const std::string& repository) {
    const auto full = canonical(repository);
    return wordOf(full) + "-" + sha256(full).substr(0, kDigits);
}

bool isLeaseName(const std::string& name) {
    return name.size() > kDigits + 1 && name.size() <= kLongestWord + 1 + kDigits &&
           !name.starts_with('.') && name[name.size() - kDigits - 1] == '-' &&
           std::all_of(name.begin(), name.end(), isPlain);
}

}  // namespace orch
