#include "http/token.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

namespace orch {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kBytes = 32;
constexpr std::size_t kShortest = 32;

[[noreturn]] void fail(const std::string& tried, const fs::path& file) {
    throw Error("cannot " + tried + " " + file.string() + ": " +
                std::generic_category().message(errno));
}

void writeDurably(const fs::path& file, const std::string& text) {
    const UniqueFd fd(open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!fd) fail("make the token file", file);
    if (write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        fail("write the token file", file);
    }
    if (fsync(fd.get()) != 0) fail("write the token file", file);
}

void syncFolder(const fs::path& folder) {
    const UniqueFd fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || fsync(fd.get()) != 0) fail("write the folder", folder);
}

/// A link appears whole or not at all, and never replaces a file that another process made.
void makeToken(const fs::path& file) {
    const fs::path draft = file.string() + "." + randomHex(8);
    writeDurably(draft, randomHex(kBytes) + "\n");
    const bool linked = link(draft.c_str(), file.c_str()) == 0 || errno == EEXIST;
    const int error = errno;
    unlink(draft.c_str());
    errno = error;
    if (!linked) fail("make the token file", file);
    syncFolder(file.parent_path());
}

void requirePrivate(int fd, const fs::path& file) {
    struct stat info {};
    if (fstat(fd, &info) != 0) fail("look at the token file", file);
    if (!S_ISREG(info.st_mode)) throw Error(file.string() + " should be the token and is no file");
    if (info.st_uid != geteuid()) {
        throw Error("the token file " + file.string() +
                    " belongs to another user; delete it, and orchd makes a new one");
    }
    if ((info.st_mode & 077U) != 0) {
        throw Error("the token file " + file.string() +
                    " can be read by others, so the token is no longer a secret; delete it (orchd "
                    "makes a new one), or chmod 600 it if nobody can have read it");
    }
}

std::string readAll(int fd, const fs::path& file) {
    std::array<char, 1024> buffer{};
    const auto size = read(fd, buffer.data(), buffer.size());
    if (size < 0) fail("read the token file", file);
    return {buffer.data(), static_cast<std::size_t>(size)};
}

std::string checked(std::string text, const fs::path& file) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    const bool printable =
        std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (text.size() >= kShortest && text.size() <= 512 && printable) return text;
    throw Error("the token file " + file.string() + " does not hold one line of " +
                std::to_string(kShortest) +
                " to 512 letters and digits; delete it, and orchd makes a new one");
}

/// Nothing when there is no such file.
std::optional<std::string> readToken(const fs::path& file) {
    const UniqueFd fd(open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd && errno == ENOENT) return std::nullopt;
    if (!fd) fail("open the token file", file);
    requirePrivate(fd.get(), file);
    return checked(readAll(fd.get(), file), file);
}

}  // namespace

std::string ensureToken(const fs::path& state_dir, const char* name) {
    const auto file = state_dir / name;
    if (auto token = readToken(file)) return *token;
    makeToken(file);
    if (auto token = readToken(file)) return *token;
    throw Error("the token file " + file.string() + " vanished while it was being made");
}

}  // namespace orch
