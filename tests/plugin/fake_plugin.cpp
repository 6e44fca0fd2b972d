#include "plugin/fake_plugin.hpp"

#include <cstring>

#include "plugin/text_sink.hpp"

namespace orch::testing {

namespace {

FakePlugin* now = nullptr;

std::string_view view(orch_text text) {
    return {text.data, text.size};
}

orch_instance* create(const orch_host* host, orch_text settings, orch_sink error) {
    now->host = host;
    if (now->on_create) now->on_create(*host, view(settings));
    if (now->refuses) return say(error, "no disk of that name"), nullptr;
    return reinterpret_cast<orch_instance*>(now);
}

std::int32_t tick(orch_instance* /*instance*/, const orch_tick* tick, orch_sink error) {
    return now->on_tick ? now->on_tick(*tick, error) : ORCH_OK;
}

void destroy(orch_instance* /*instance*/) {
    if (now->on_destroy) now->on_destroy();
    now->host = nullptr;
}

std::int32_t snapshot(orch_instance* /*instance*/, orch_sink object) {
    say(object, now->on_snapshot ? now->on_snapshot() : R"({"fine":true})");
    return now->snapshot_status;
}

std::int32_t run(orch_instance* /*instance*/,
                 const orch_tick* /*tick*/,
                 orch_text job,
                 orch_sink answer,
                 orch_sink /*error*/) {
    say(answer, now->on_run(view(job)));
    return ORCH_OK;
}

const void* getExtension(const char* id) {
    static const orch_ext_snapshot kSnapshot{sizeof(orch_ext_snapshot), 0, snapshot};
    static const orch_ext_jobs kJobs{sizeof(orch_ext_jobs), 0, "post-deploy-monitor other", run};
    if (std::strcmp(id, ORCH_EXT_SNAPSHOT) == 0) return &kSnapshot;
    if (std::strcmp(id, ORCH_EXT_JOBS) == 0) return &kJobs;
    return nullptr;
}

}  // namespace

FakePlugin::FakePlugin() {
    now = this;
}

FakePlugin::~FakePlugin() {
    now = nullptr;
}

const orch_plugin& FakePlugin::table() {
    static const orch_plugin kTable{.size = sizeof(orch_plugin),
                                    .abi = ORCH_ABI,
                                    .id = "fake",
                                    .version = "1.0.0",
                                    .kill_switch = "ORCH_FAKE_ENABLED",
                                    .block = "fake",
                                    .needs = "",
                                    .settings_schema = nullptr,
                                    .interval_ms = 1000,
                                    .create = create,
                                    .tick = tick,
                                    .destroy = destroy,
                                    .get_extension = getExtension};
    return kTable;
}

std::int32_t FakePlugin::call(std::string_view method, std::string* reply) const {
    TextSink words(1 << 20);
    const auto status = host->call(host->context, borrow(method), borrow("{}"), words.sink());
    if (reply != nullptr) *reply = words.text();
    return status;
}

void say(orch_sink sink, std::string_view text) {
    (void)sink.write(sink.context, text.data(), text.size());
}

}  // namespace orch::testing
