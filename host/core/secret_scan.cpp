#include "core/secret_scan.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "core/path_pattern.hpp"
#include "core/secret_rules.hpp"
#include "core/unified_diff.hpp"

namespace orch {

namespace {

constexpr std::size_t kMostFindings = 50;
constexpr auto kMessage = "the commit's message";

std::string_view trimmed(std::string_view line) {
    constexpr std::string_view kBlank = " \t\r";
    const auto first = line.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return line.substr(first, line.find_last_not_of(kBlank) - first + 1);
}

template <class F>
void eachPart(std::string_view text, char separator, F take) {
    while (!text.empty()) {
        const auto end = std::min(text.find(separator), text.size());
        take(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

bool isSha256(std::string_view text) {
    return text.size() == 64 &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Only what every secret of its kind begins with.
std::string maskOf(const SecretMatch& match) {
    const std::string begin{match.secret.substr(0, match.shown)};
    if (match.shown == match.secret.size()) return begin;
    return begin + "… (" + std::to_string(match.secret.size()) + " characters)";
}

class Scan {
public:
    explicit Scan(const SecretAllowList& allowed) : allowed_(allowed) {}

    void look(std::string_view commit, std::string_view path, int line, std::string_view text) {
        findSecrets(text, [&](const SecretMatch& match) {
            if (!allowed_.allows(match.rule, path, match.secret)) add(commit, path, line, match);
        });
    }
    SecretScan result;

private:
    void add(std::string_view commit, std::string_view path, int line, const SecretMatch& match) {
        SecretFinding finding{std::string{match.rule},
                              std::string{commit},
                              shorten(cleanUtf8(path), 200),
                              line,
                              maskOf(match)};
        if (!seen_.insert({finding.rule, finding.commit, finding.path, line}).second) return;
        result.more = result.findings.size() == kMostFindings;
        if (!result.more) result.findings.push_back(std::move(finding));
        if (result.more) seen_.clear();  // nothing more is told: nothing more is remembered
    }

    const SecretAllowList& allowed_;
    std::set<std::tuple<std::string, std::string, std::string, int>> seen_;
};

void scanMessages(std::string_view messages, Scan& scan) {
    eachPart(messages, '\0', [&](std::string_view entry) {
        if (entry.starts_with('\n')) entry.remove_prefix(1);
        constexpr std::string_view kCommit = "commit:";
        const auto end = std::min(entry.find('\n'), entry.size());
        const auto commit =
            entry.starts_with(kCommit) ? entry.substr(kCommit.size(), end - kCommit.size()) : "";
        int line = 0;
        eachPart(entry.substr(std::min(end + 1, entry.size())), '\n', [&](std::string_view text) {
            scan.look(commit, kMessage, ++line, text);
        });
    });
}

}  // namespace

SecretAllowList::SecretAllowList(std::string_view file) {
    eachPart(file, '\n', [&](std::string_view line) {
        const auto text = trimmed(line);
        if (text.empty() || text.front() == '#') return;
        if (isSha256(text)) return entries_.push_back({{}, {}, std::string{text}});
        const auto& rules = secretRuleNames();
        const std::string rule{text.substr(0, text.find(':'))};
        const bool of_rule =
            rule.size() < text.size() && std::ranges::find(rules, rule) != rules.end();
        entries_.push_back({of_rule ? rule : "",
                            std::string{trimmed(of_rule ? text.substr(rule.size() + 1) : text)},
                            {}});
    });
}

bool SecretAllowList::allows(std::string_view rule,
                             std::string_view path,
                             std::string_view secret) const {
    std::string hash;
    return std::ranges::any_of(entries_, [&](const Entry& entry) {
        if (!entry.rule.empty() && entry.rule != rule) return false;
        if (entry.hash.empty()) return matchesPattern(entry.pattern, path);
        if (hash.empty()) hash = sha256(std::string{secret});
        return entry.hash == hash;
    });
}

SecretScan scanForSecrets(const CommitsText& commits, const SecretAllowList& allowed) {
    Scan scan(allowed);
    walkDiff(commits.patches, [&](const DiffLine& line) {
        if (line.added) scan.look(line.commit, line.path, line.line, line.text);
    });
    scanMessages(commits.messages, scan);
    scan.result.cut = commits.cut;
    return std::move(scan.result);
}

}  // namespace orch
