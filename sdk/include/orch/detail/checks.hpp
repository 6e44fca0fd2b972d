#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "orch/descriptor.hpp"
#include "orch/json.hpp"
#include "orch/services.hpp"
#include "orch/settings.hpp"
#include "orch/tick.hpp"
#include "orch/types.hpp"

// What ORCH_PLUGIN asks of a class, in pieces, so that the compiler can say which one is missing.

namespace orch {
inline namespace sdk {
namespace detail {

template <class P>
concept Described = requires {
    { P::descriptor } -> std::convertible_to<const Descriptor&>;
    typename std::bool_constant<P::descriptor.id == nullptr>;  // a constant expression
};
template <class P>
concept Constructed = std::is_constructible_v<P, Host, const Settings&>;
template <class P>
concept Ticking = requires(P plugin, const Tick& tick) {
    { plugin.tick(tick) } -> std::same_as<void>;
};

template <class P>
concept Stateful = requires(P plugin, std::string_view state) {
    requires std::convertible_to<decltype(P::state_schema), std::uint32_t>;
    { plugin.save() } -> std::convertible_to<std::string>;
    { plugin.load(std::uint32_t{}, state) } -> std::same_as<void>;
};
template <class P>
concept Showing = requires(P plugin) {
    requires std::same_as<decltype(plugin.snapshot()), JsonObject> ||
        std::convertible_to<decltype(plugin.snapshot()), std::string>;
};
template <class P>
concept Working = requires(P plugin, const ReservedJob& job, const Tick& tick) {
    { plugin.run(job, tick) } -> std::same_as<JobAnswer>;
};

// Something public of that name is there: then it has to be the right thing.
template <class P>
concept NamesSave = requires {
    &P::save;
};
template <class P>
concept NamesLoad = requires {
    &P::load;
};
template <class P>
concept NamesSchema = requires {
    P::state_schema;
};
template <class P>
concept NamesSnapshot = requires {
    &P::snapshot;
};
template <class P>
concept NamesRun = requires {
    &P::run;
};

template <class P>
concept StateWhole = Stateful<P> || !(NamesSave<P> || NamesLoad<P> || NamesSchema<P>);
template <class P>
concept SnapshotWhole = Showing<P> || !NamesSnapshot<P>;
template <class P>
concept RunWhole = Working<P> || !NamesRun<P>;

constexpr bool hasOnly(std::string_view text, std::string_view letters) {
    return text.find_first_not_of(letters) == text.npos;
}
inline constexpr std::string_view kDigits = "0123456789";
inline constexpr std::string_view kIdLetters = "abcdefghijklmnopqrstuvwxyz0123456789-_";
inline constexpr std::string_view kBlockLetters = "abcdefghijklmnopqrstuvwxyz0123456789_";
inline constexpr std::string_view kSwitchLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

constexpr bool idFine(const Descriptor& descriptor) {
    if (descriptor.id == nullptr) return false;
    const std::string_view id{descriptor.id};
    return !id.empty() && id.size() <= 64 && hasOnly(id, kIdLetters);
}
constexpr bool versionFine(const Descriptor& descriptor) {
    if (descriptor.version == nullptr) return false;
    const std::string_view version{descriptor.version};
    for (const char letter : version) {
        if (letter < ' ' || letter > '~') return false;
    }
    return !version.empty() && version.size() <= 32;
}
constexpr bool switchFine(const Descriptor& descriptor) {
    constexpr std::string_view kEnd = "_ENABLED";
    if (descriptor.kill_switch == nullptr) return false;
    const std::string_view name{descriptor.kill_switch};
    return name.size() > kEnd.size() && name.ends_with(kEnd) && hasOnly(name, kSwitchLetters) &&
           !hasOnly(name.substr(0, 1), kDigits);
}
constexpr bool intervalFine(const Descriptor& descriptor) {
    using namespace std::chrono_literals;
    return descriptor.interval >= 100ms && descriptor.interval <= 24h;
}
constexpr bool blockFine(const Descriptor& descriptor) {
    if (descriptor.block == nullptr) return true;
    const std::string_view block{descriptor.block};
    return !block.empty() && hasOnly(block, kBlockLetters);
}

/// `fine` of the descriptor; true without one, since that has a sentence of its own.
template <class P>
constexpr bool descriptorHas(bool (*fine)(const Descriptor&)) {
    if constexpr (Described<P>) return fine(P::descriptor);
    return true;
}
/// `run` and the descriptor's `jobs` come together.
template <class P>
constexpr bool jobsFine() {
    if constexpr (Described<P>) return (P::descriptor.jobs != nullptr) == NamesRun<P>;
    return true;
}

template <class P>
concept Plugin = Described<P> && Constructed<P> && Ticking<P> && StateWhole<P> &&
    SnapshotWhole<P> && RunWhole<P>;

}  // namespace detail
}  // namespace sdk
}  // namespace orch

/// One sentence for each mistake an author can make.
#define ORCH_CHECK_PLUGIN(P)                                                                      \
    static_assert(orch::detail::Described<P>,                                                     \
                  #P " needs a public: static constexpr orch::Descriptor descriptor{.id = ...}"); \
    static_assert(orch::detail::Constructed<P>,                                                   \
                  #P " needs a constructor (orch::Host, const orch::Settings&)");                 \
    static_assert(orch::detail::Ticking<P>, #P " needs: void tick(const orch::Tick&)");           \
    static_assert(orch::detail::StateWhole<P>,                                                    \
                  #P                                                                              \
                  " keeps state: it needs all of: std::string save(), void "                      \
                  "load(std::uint32_t schema, std::string_view state), static constexpr "         \
                  "std::uint32_t state_schema = 1");                                              \
    static_assert(orch::detail::SnapshotWhole<P>,                                                 \
                  #P "::snapshot must be: orch::JsonObject snapshot(), or std::string of JSON");  \
    static_assert(orch::detail::RunWhole<P>,                                                      \
                  #P                                                                              \
                  "::run must be: orch::JobAnswer run(const orch::ReservedJob&, const "           \
                  "orch::Tick&)");                                                                \
    static_assert(orch::detail::jobsFine<P>(),                                                    \
                  #P " runs jobs: it needs run() and the agents in its descriptor's .jobs");      \
    static_assert(orch::detail::descriptorHas<P>(orch::detail::idFine),                           \
                  #P "'s descriptor needs an .id of 1 to 64 letters a-z, digits, - and _");       \
    static_assert(orch::detail::descriptorHas<P>(orch::detail::versionFine),                      \
                  #P "'s descriptor needs a .version of 1 to 32 printable characters");           \
    static_assert(orch::detail::descriptorHas<P>(orch::detail::switchFine),                       \
                  #P                                                                              \
                  "'s descriptor needs a .kill_switch of A-Z, 0-9 and _ that ends with "          \
                  "_ENABLED");                                                                    \
    static_assert(orch::detail::descriptorHas<P>(orch::detail::intervalFine),                     \
                  #P "'s descriptor needs an .interval of 100ms to 24h");                         \
    static_assert(orch::detail::descriptorHas<P>(orch::detail::blockFine),                        \
                  #P "'s descriptor needs a .block of a-z, 0-9 and _, or none")
