#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

#include "config/config.hpp"
#include "config/described.hpp"
#include "config/interpolation.hpp"

namespace orch {

namespace {

bool holdsOnlyTexts(const Described& list) {
    for (const auto& [name, item] : list.items) {
        if (item.kind != Described::Kind::kText) return false;
    }
    return true;
}

void emit(YAML::Emitter& out, const Described& node) {
    if (node.kind == Described::Kind::kText) {
        out << (node.is_literal ? escapeReferences(node.shown) : node.shown);
    } else if (node.kind == Described::Kind::kList) {
        if (holdsOnlyTexts(node)) out << YAML::Flow;
        out << YAML::BeginSeq;
        for (const auto& [name, item] : node.items) emit(out, item);
        out << YAML::EndSeq;
    } else {
        out << YAML::BeginMap;
        for (const auto& [key, item] : node.items) {
            out << YAML::Key << key << YAML::Value;
            emit(out, item);
        }
        out << YAML::EndMap;
    }
}

}  // namespace

std::string show(const Config& config) {
    YAML::Emitter out;
    emit(out, describe(config));
    return std::string(out.c_str()) + "\n";
}

}  // namespace orch
