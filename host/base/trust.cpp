#include "base/trust.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <deque>
#include <functional>
#include <system_error>

#include "base/text.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

/// As many as the kernel follows (path_resolution(7)).
constexpr int kMostLinks = 40;

std::string octal(mode_t mode) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%04o", mode & 07777U);
    return text.data();
}

std::optional<std::string> everybodyMayChange(const struct stat& info, Place place) {
    const bool sticky =
        place != Place::kContents && S_ISDIR(info.st_mode) && (info.st_mode & S_ISVTX) != 0;
    if ((info.st_mode & S_IWOTH) == 0 || sticky) return {};
    return "may be written by everybody (mode " + octal(info.st_mode) + "); chmod o-w";
}

using Rule = std::function<std::optional<std::string>(const struct stat&, Place)>;

class Way {
public:
    explicit Way(Rule rule) : rule_(std::move(rule)) {}

    Trust follow(const fs::path& path, Place place) {
        put(path);
        at_ = path.root_path();
        look(at_, Place::kAbove);
        while (!parts_.empty() && step()) {
        }
        trust_.way.push_back(at_);
        // The last folder and what is in it are judged by the stricter rule.
        look(at_.parent_path(), Place::kNear);
        look(at_, place);
        return std::move(trust_);
    }

private:
    /// What is left of the way begins with `path`.
    void put(const fs::path& path) {
        const auto relative = path.relative_path();
        const std::deque<fs::path> parts(relative.begin(), relative.end());
        parts_.insert(parts_.begin(), parts.begin(), parts.end());
    }

    /// False where the way cannot be followed further.
    bool step() {
        const auto part = parts_.front();
        parts_.pop_front();
        if (part.empty() || part == ".") return true;
        if (part == "..") {
            at_ = at_.parent_path();
            return true;
        }
        struct stat info {};
        const auto next = at_ / part;
        if (lstat(next.c_str(), &info) != 0 || (S_ISLNK(info.st_mode) && ++links_ > kMostLinks)) {
            put(part);
            for (const auto& rest : parts_) at_ /= rest;
            parts_.clear();
            return false;
        }
        if (!S_ISLNK(info.st_mode)) {
            at_ = next;
            judge(at_, info, Place::kAbove);
            return true;
        }
        return followLink(next, info);
    }

    bool followLink(const fs::path& link, struct stat info) {
        trust_.way.push_back(link);
        info.st_mode &= ~mode_t{S_IWGRP | S_IWOTH};  // a link has no mode of its own: symlink(7)
        judge(link, info, Place::kAbove);
        std::error_code error;
        const auto target = fs::read_symlink(link, error);
        if (target.is_absolute()) at_ = target.root_path();
        put(target);
        return !error;
    }

    void look(const fs::path& path, Place place) {
        struct stat info {};
        if (lstat(path.c_str(), &info) != 0 || S_ISLNK(info.st_mode)) return;
        judge(path, info, place);
    }

    /// The first problem is told.
    void judge(const fs::path& path, const struct stat& info, Place place) {
        if (trust_.problem) return;
        const auto predicate = rule_(info, place);
        if (!predicate) return;
        trust_.problem = path.string() + " " + *predicate + " " + shellWord(path.string());
    }

    Rule rule_;
    Trust trust_;
    std::deque<fs::path> parts_;
    fs::path at_;
    int links_ = 0;
};

}  // namespace

std::optional<std::string> mayChange(const struct stat& info, Place place, const Account& own) {
    if (info.st_uid != 0 && info.st_uid != own.user) {
        return "belongs to user " + std::to_string(info.st_uid) +
               ", who is neither root nor orchd's user; chown root";
    }
    if (auto open = everybodyMayChange(info, place)) return open;
    const bool own_group = info.st_uid == own.user && info.st_gid == own.group;
    if (place != Place::kAbove && (info.st_mode & S_IWGRP) != 0 && info.st_gid != 0 && !own_group) {
        return "may be written by group " + std::to_string(info.st_gid) + " (mode " +
               octal(info.st_mode) + "); chmod g-w";
    }
    return {};
}

Trust trustOf(const fs::path& path, const Account& own, Place place) {
    const auto rule = [&own](const struct stat& info, Place at) {
        return mayChange(info, at, own);
    };
    return Way(rule).follow(path, place);
}

Trust trustOf(const fs::path& path, Place place) {
    return trustOf(path, {geteuid(), getegid()}, place);
}

std::optional<std::string> openToEverybody(const fs::path& path, Place place) {
    return Way(everybodyMayChange).follow(path, place).problem;
}

}  // namespace orch
