#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "core/verdict.hpp"

namespace orch {

/// Objects keep the order in which their members were written. For the .cpp files of plugin only.
using Json = nlohmann::ordered_json;

/// Why a plugin wants something: one row of the journal.
struct Why {
    std::string rule, decision;
    Evidence evidence;
};

/// The request of a call. Everything a text contains that is no printable text becomes U+FFFD. The
/// readers throw CallRefused (ORCH_BAD_REQUEST) with a sentence that names the method and the
/// member. A member that is null is absent.
class CallRequest {
public:
    /// Parses `text`, at most 1 MiB and eight levels deep; every member must be one of `members`.
    CallRequest(std::string_view method,
                std::string_view text,
                const std::vector<const char*>& members);

    /// 1 to `most` bytes.
    [[nodiscard]] std::string text(const char* name, std::size_t most) const;
    /// The same; empty when it is absent.
    [[nodiscard]] std::string maybeText(const char* name, std::size_t most) const;
    /// Words for people: what is longer than `most` bytes is cut.
    [[nodiscard]] std::string words(const char* name, std::size_t most) const;
    [[nodiscard]] std::int64_t whole(const char* name, std::int64_t low, std::int64_t high) const;
    [[nodiscard]] std::optional<std::int64_t> maybeWhole(const char* name,
                                                         std::int64_t low,
                                                         std::int64_t high) const;
    /// Milliseconds.
    [[nodiscard]] Milliseconds span(const char* name,
                                    Milliseconds low,
                                    Milliseconds high,
                                    Milliseconds otherwise) const;
    /// A list of 1 to `most` texts.
    [[nodiscard]] std::vector<std::string> texts(const char* name,
                                                 std::size_t most,
                                                 std::size_t most_bytes) const;
    /// An object of at most `most` texts, in its order; empty when it is absent.
    [[nodiscard]] Evidence pairs(const char* name, std::size_t most, std::size_t most_bytes) const;
    /// The member "why".
    [[nodiscard]] Why why() const;
    /// rule, decision and evidence as members of this request itself.
    [[nodiscard]] Why ownWhy() const;

    [[noreturn]] void refuse(const std::string& what) const;

private:
    CallRequest(std::string place, Json object);
    [[nodiscard]] const Json* find(const char* name) const;
    [[nodiscard]] const Json& need(const char* name) const;
    [[nodiscard]] std::string textOf(const Json& value, const std::string& name) const;
    void refuseUnknown(const std::vector<const char*>& members) const;

    std::string place_;  ///< how sentences begin: "jobs.finish: "
    Json object_;
};

}  // namespace orch
