#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/change.hpp"

namespace orch {

/// What the base branch says is no secret, or a known one: the file `.orch-secrets-allow`. A line
/// is `<path pattern>`, `<rule>:<path pattern>` or the sha256 of a secret in hex; '#' begins a
/// comment.
class SecretAllowList {
public:
    SecretAllowList() = default;
    explicit SecretAllowList(std::string_view file);

    [[nodiscard]] bool allows(std::string_view rule,
                              std::string_view path,
                              std::string_view secret) const;

private:
    struct Entry {
        std::string rule;     ///< empty: any
        std::string pattern;  ///< as core/path_pattern.hpp; empty: any
        std::string hash;     ///< of the secret; empty: any
    };
    std::vector<Entry> entries_;
};

/// The name of that file, in the root of the repository.
inline constexpr const char* kSecretAllowFile = ".orch-secrets-allow";

struct SecretFinding {
    std::string rule;    ///< "aws-access-key-id"
    std::string commit;  ///< sha; empty: unknown
    std::string path;    ///< valid UTF-8, without a secret; or "the commit's message" or "author",
                         ///< "the name of a/b"
    int line{};          ///< from 1; 0: a name has no lines
    std::string excerpt;  ///< "AKIA… (20 characters)": what is public of its kind, never the secret
    bool operator==(const SecretFinding&) const = default;
};

struct SecretScan {
    std::vector<SecretFinding> findings;  ///< at most 50, each place once
    bool more = false;                    ///< there are more findings
    bool cut = false;                     ///< not everything could be looked at
};

/// Looks for secrets in what the commits add: in the files, their names, the message and the other
/// lines of the commit. Pure, and linear in the length whatever it holds; the
/// text is hostile.
[[nodiscard]] SecretScan scanForSecrets(const CommitsText& commits, const SecretAllowList& allowed);

}  // namespace orch
