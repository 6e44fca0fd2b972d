#include "forge/lfs_change.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <sstream>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "forge/agent_git.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

std::string_view takeField(std::string_view& text, char end) {
    const auto at = std::min(text.find(end), text.size());
    const auto field = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return field;
}

[[noreturn]] void refuse(std::string_view answer) {
    throw RemoteError("looking at new files: git cat-file says \"" +
                          shorten(cleanUtf8(std::string{answer}), 200) + "\"",
                      false);
}

std::uint64_t numberIn(std::string_view digits) {
    std::uint64_t number{};
    const auto* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end) refuse(digits);
    return number;
}

/// An object that was asked for by any name.
struct Seen {
    std::string sha;
    std::uint64_t size{};
};

/// By name; nothing of what is not there, or is no file's content.
std::map<std::string, Seen> look(const GitMirror& mirror, const std::vector<std::string>& names) {
    std::string asked;
    for (const auto& name : names) asked += name + '\0';
    const auto input = asInput(asked);
    const auto answer =
        mirror.git()
            .reading(input.get())
            .run("looking at new files",
                 {"cat-file", "-z", "--batch-check=%(objectname) %(objecttype) %(objectsize)"});
    std::map<std::string, Seen> seen;
    std::string_view rest = answer;
    for (const auto& name : names) {
        // The name comes back as it is, line breaks included.
        const auto missing = name + " missing";
        if (rest.starts_with(missing)) {
            rest.remove_prefix(std::min(missing.size() + 1, rest.size()));
            continue;
        }
        auto line = takeField(rest, '\n');
        const auto sha = takeField(line, ' ');
        const auto type = takeField(line, ' ');
        if (!isSha(std::string{sha})) refuse(sha);
        if (type == "blob") seen[name] = {std::string{sha}, numberIn(line)};
    }
    return seen;
}

/// "<sha> blob <size>\n<content>\n" each, as git-cat-file(1) describes for --batch.
std::vector<std::string> contentsOf(const GitMirror& mirror,
                                    const std::vector<std::string>& blobs) {
    std::string asked;
    for (const auto& blob : blobs) asked += blob + "\n";
    const auto input = asInput(asked);
    const auto answer =
        mirror.git().reading(input.get()).run("reading new files", {"cat-file", "--batch"});
    std::string_view rest = answer;
    std::vector<std::string> contents;
    for (std::size_t number = 0; number < blobs.size(); ++number) {
        const auto heading = takeField(rest, '\n');
        const auto size = numberIn(heading.substr(heading.rfind(' ') + 1));
        contents.emplace_back(rest.substr(0, size));
        rest.remove_prefix(std::min<std::size_t>(size + 1, rest.size()));
    }
    return contents;
}

/// Reads so many small files at once that git's answer stays far below its limit.
template <typename Take>
void readAll(const GitMirror& mirror, const std::vector<std::string>& blobs, Take take) {
    constexpr std::size_t kAtOnce = 8'000;  // of at most 1 KB each
    for (std::size_t from = 0; from < blobs.size(); from += kAtOnce) {
        const auto to = std::min(from + kAtOnce, blobs.size());
        const std::vector<std::string> some(blobs.begin() + static_cast<std::ptrdiff_t>(from),
                                            blobs.begin() + static_cast<std::ptrdiff_t>(to));
        const auto contents = contentsOf(mirror, some);
        for (std::size_t at = 0; at < some.size(); ++at) take(some[at], contents[at]);
    }
}

/// ".gitattributes" in each folder on the way to these paths.
std::set<std::string> attributeFilesFor(const std::set<std::string>& paths) {
    constexpr auto kName = ".gitattributes";
    std::set<std::string> files{kName};
    for (const auto& path : paths) {
        for (auto end = path.find('/'); end != std::string::npos; end = path.find('/', end + 1)) {
            files.insert(path.substr(0, end + 1) + kName);
        }
    }
    return files;
}

/// A repository that borrows the mirror's objects and is there for its index alone: git reads a
/// commit's attributes from nowhere else (before 2.41).
Git attributesIndex(const GitMirror& mirror, const std::string& object) {
    const auto folder = mirror.folder() / "attributes.git";
    const auto alternates = folder / "objects/info/alternates";
    // Written last: it says that the others are done.
    if (!fs::exists(alternates)) {
        const std::string format = object.size() == 64 ? "sha256" : "sha1";
        Git{}.run("making " + folder.string(),
                  {"init",
                   "--quiet",
                   "--bare",
                   "--template=",
                   "--object-format=" + format,
                   "--",
                   folder.string()});
        ensureFolder(alternates.parent_path());
        replaceFile(alternates, "../../objects\n", Sync::kNo);
    }
    fs::remove(folder / "index");
    fs::remove(folder / "index.lock");  // of a git that was killed
    return Git{folder};
}

/// Which of these paths the files of attributes (path and content) keep in LFS.
std::set<std::string> keptBy(const GitMirror& mirror,
                             const std::map<std::string, std::string>& files,
                             const std::set<std::string>& paths) {
    if (files.empty()) return {};
    const auto git = attributesIndex(mirror, files.begin()->second);
    std::string entries;
    for (const auto& [path, sha] : files) entries += "100644 " + sha + " 0\t" + path + '\0';
    std::string names;
    for (const auto& path : paths) names += path + '\0';
    const auto tried = "attributes of new files";
    const auto index = asInput(entries);
    git.reading(index.get()).run(tried, {"update-index", "-z", "--index-info"});
    const auto asked = asInput(names);
    const auto answer =
        git.reading(asked.get()).run(tried, {"check-attr", "--cached", "-z", "--stdin", "filter"});
    std::set<std::string> kept;
    std::string_view rest = answer;
    while (!rest.empty()) {
        const auto path = takeField(rest, '\0');
        takeField(rest, '\0');
        if (takeField(rest, '\0') == "lfs") kept.emplace(path);
    }
    return kept;
}

void readPointers(const GitMirror& mirror, std::vector<LfsBlob>& blobs) {
    std::map<std::string, LfsBlob*> by_name;
    std::vector<std::string> small;
    for (auto& blob : blobs) {
        if (blob.size == 0 || blob.size >= kLfsPointerLimit) continue;
        by_name[blob.sha] = &blob;
        small.push_back(blob.sha);
    }
    readAll(mirror, small, [&](const std::string& sha, const std::string& text) {
        by_name.at(sha)->pointer = parseLfsPointer(text);
    });
}

}  // namespace

LfsChange::LfsChange(const GitMirror& mirror, std::string head, const std::vector<std::string>& but)
    : mirror_(mirror), head_(std::move(head)) {
    Git::Arguments question{"-c",
                            "log.showRoot=true",
                            "log",
                            "--raw",
                            "--no-abbrev",
                            "--no-renames",
                            "--diff-merges=combined",
                            "--ignore-submodules=none",
                            "-r",
                            "-z",
                            "--format=%H",
                            "--end-of-options",
                            head_};
    for (const auto& commit : but) question.push_back("^" + commit);
    constexpr std::size_t kMostOutput = 16U << 20U;
    const auto answer = mirror.git().askSome(question, kMostOutput);
    if (!answer.ok()) throwGitFailure("what is new in " + head_, question, answer);
    cut_ = answer.cut;
    read(answer.output);
}

/// "<commit>\0" or "<commit>\0\n", then ":100644 100644 <sha> <sha> M\0path\0" each; of merges what
/// no parent has, "::100644 100644 100644 <sha> <sha> <sha> MM\0path\0" (git-diff-tree(1)).
void LfsChange::read(std::string_view output) {
    while (!output.empty()) {
        auto heading = takeField(output, '\0');
        heading.remove_prefix(std::min(heading.find_first_not_of('\n'), heading.size()));
        if (heading.starts_with(':')) {
            add(heading, std::string{takeField(output, '\0')});
        } else if (newest_.empty()) {
            newest_ = heading;
        }
    }
}

/// The result's mode and name are the last of theirs.
void LfsChange::add(std::string_view heading, const std::string& path) {
    const auto parents = std::min(heading.find_first_not_of(':'), heading.size());
    heading.remove_prefix(parents);
    std::vector<std::string_view> fields;
    while (!heading.empty()) fields.push_back(takeField(heading, ' '));
    if (fields.size() != 2 * parents + 3) return;
    touches_attributes_ |= path == ".gitattributes" || path.ends_with("/.gitattributes");
    // Files alone: links and other repositories are never kept in LFS.
    if (fields[parents].starts_with("100")) {
        paths_[std::string{fields[2 * parents + 1]}].insert(path);
    }
}

std::vector<LfsBlob> LfsChange::blobs() const {
    if (cut_) {
        throw RemoteError("what is new in " + head_ +
                              ": more files (over 100,000) than orchd looks through for LFS"
                              " objects at once",
                          false);
    }
    if (paths_.empty()) return {};
    std::set<std::string> paths;
    for (const auto& [sha, of_it] : paths_) paths.insert(of_it.begin(), of_it.end());
    const auto attributes = attributeFilesFor(paths);
    std::vector<std::string> names;
    for (const auto& [sha, of_it] : paths_) names.push_back(sha);
    for (const auto& path : paths) names.push_back(inHead(path));
    for (const auto& path : attributes) names.push_back(inHead(path));
    const auto seen = look(mirror_, names);
    std::map<std::string, std::string> files;
    for (const auto& path : attributes) {
        const auto found = seen.find(inHead(path));
        if (found != seen.end()) files[path] = found->second.sha;
    }
    const auto kept = keptBy(mirror_, files, paths);
    std::vector<LfsBlob> blobs;
    for (const auto& [sha, of_it] : paths_) {
        const auto found = seen.find(sha);
        if (found == seen.end()) continue;
        blobs.push_back({.sha = sha, .size = found->second.size});
        for (const auto& path : of_it) {
            if (!kept.contains(path)) continue;
            blobs.back().kept = path;
            const auto there = seen.find(inHead(path));
            if (there != seen.end() && there->second.sha == sha) blobs.back().kept_in_head = path;
        }
    }
    readPointers(mirror_, blobs);
    std::erase_if(blobs, [](const LfsBlob& blob) { return !blob.pointer && blob.kept.empty(); });
    return blobs;
}

std::vector<LfsPointer> pointersIn(const GitMirror& mirror,
                                   const std::vector<std::string>& commits) {
    Git::Arguments question{"rev-list",
                            "--no-walk",
                            "--objects",
                            "--no-object-names",
                            "--filter=object:type=blob",
                            "--filter=blob:limit=" + std::to_string(kLfsPointerLimit),
                            "--end-of-options"};
    question.insert(question.end(), commits.begin(), commits.end());
    std::istringstream lines(mirror.git().run("files in LFS", question));
    std::vector<std::string> blobs;
    for (std::string sha; std::getline(lines, sha);) {
        if (std::ranges::find(commits, sha) == commits.end()) blobs.push_back(sha);
    }
    std::vector<LfsPointer> pointers;
    readAll(mirror, blobs, [&](const std::string&, const std::string& text) {
        if (auto pointer = parseLfsPointer(text)) pointers.push_back(*std::move(pointer));
    });
    return pointers;
}

}  // namespace orch
