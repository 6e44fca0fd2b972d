#include "plugin/services.hpp"

#include <orch/plugin.h>

#include "base/text.hpp"
#include "plugin/services/commit.hpp"
#include "plugin/services/method.hpp"
#include "plugin/services/refusal.hpp"
#include "store/journal.hpp"

namespace orch {
namespace {

std::string inQuotes(std::string_view text) {
    return "\"" + cleanUtf8(shorten(text, 100)) + "\"";
}

const Method& requireMethod(std::string_view name) {
    if (const Method* method = findMethod(name)) return *method;
    std::vector<std::string> names;
    for (const auto& method : methodTable()) names.emplace_back(method.name);
    const auto near = nearest(name, names);
    throw CallRefused(ORCH_UNKNOWN_METHOD,
                      "this orchd has no method " + inQuotes(name) +
                          (near ? ", did you mean " + *near + "?" : ""));
}

std::string deniedSentence(const Caller& caller, const Method& method) {
    return caller.plugin + " is not granted " + method.name + ": add it to plugins." +
           caller.plugin + ".grants in the configuration if it may";
}

std::string bytesOf(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// What went wrong while a method was served, as plugins hear it.
CallResult resultOf(const std::exception_ptr& error, const std::string& method) {
    try {
        std::rethrow_exception(error);
    } catch (const CallRefused& refused) {
        return {refused.status(), refused.what()};
    } catch (const StoreError& store) {
        return {ORCH_UNAVAILABLE, method + ": " + store.what()};
    } catch (const std::exception& other) {
        return {ORCH_FAILED, method + ": " + cleanUtf8(other.what())};
    } catch (...) {
        return {ORCH_FAILED, method + ": an exception of unknown type"};
    }
}

}  // namespace

std::string actorOf(const Caller& caller) {
    return "plugin:" + caller.plugin + "#" + std::to_string(caller.generation);
}

struct Services::Impl {
    explicit Impl(ServiceWorld of_plugins) : world(std::move(of_plugins)) {}

    void requireGrant(const Caller& caller, const Method& method);
    void journalDenied(const Caller& caller, const Method& method, const std::string& sentence);
    [[nodiscard]] std::string serve(const Caller& caller,
                                    std::string_view name,
                                    std::string_view request);

    ServiceWorld world;
    ServiceMemory memory;
};

void Services::Impl::requireGrant(const Caller& caller, const Method& method) {
    if (caller.grants.find(std::string_view(method.name)) != caller.grants.end()) return;
    const auto sentence = deniedSentence(caller, method);
    if (memory.noteDenied(caller.plugin, method.name, caller.generation)) {
        journalDenied(caller, method, sentence);
    }
    throw CallRefused(ORCH_DENIED, sentence);
}

void Services::Impl::journalDenied(const Caller& caller,
                                   const Method& method,
                                   const std::string& sentence) {
    JournalEntry entry{.actor = actorOf(caller),
                       .subject = "plugin " + caller.plugin,
                       .rule = "denied",
                       .decision = sentence,
                       .evidence = {{"method", method.name}}};
    try {
        commit(caller, world.store, [entry = std::move(entry)](Tx& tx) {
            return writeJournal(tx, entry);
        });
    } catch (const Error&) {
        (void)memory.noteDenied(
            caller.plugin, method.name, 0);  // journalled at its next call, if it can
    }
}

std::string Services::Impl::serve(const Caller& caller,
                                  std::string_view name,
                                  std::string_view request) {
    requireTime(caller);
    requirePermit(caller);
    const Method& method = requireMethod(name);
    requireGrant(caller, method);
    const CallRequest read(method.name, request, method.members);
    return bytesOf(method.serve({world, memory, caller, method, read}));
}

Services::Services(ServiceWorld world) : impl_(std::make_unique<Impl>(std::move(world))) {}
Services::~Services() = default;

CallResult Services::call(const Caller& caller,
                          std::string_view method,
                          std::string_view request) noexcept {
    try {
        return {ORCH_OK, impl_->serve(caller, method, request)};
    } catch (...) {
        return resultOf(std::current_exception(), cleanUtf8(shorten(method, 100)));
    }
}

std::vector<std::string> Services::refusedCalls(const std::string& plugin) const {
    return impl_->memory.denied(plugin);
}

std::vector<Services::MethodInfo> Services::methods() {
    std::vector<MethodInfo> infos;
    for (const auto& method : methodTable()) infos.push_back({method.name, method.changes});
    return infos;
}

}  // namespace orch
