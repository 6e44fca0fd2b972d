#include "config/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>

#include "base/text.hpp"
#include "config/yaml_source.hpp"

namespace orch {

namespace {

/// Builds the tree from the parser's events and counts what aliases make of it.
class TreeBuilder final : public YAML::EventHandler {
public:
    TreeBuilder(const YamlSource& source, const YamlLimits& limits)
        : source_(source), limits_(limits) {}

    YamlNode root;

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        add({YamlNode::Kind::kNull, at(mark), {}, {}}, anchor, at(mark));
    }
    void OnScalar(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  const std::string& value) override {
        checkTag(mark, tag);
        // yaml-cpp 0.7 takes the end of the file for the closing quote.
        if (tag == "!" && source_.quoteNeverEnds(mark.line, mark.column)) {
            throw YamlError(at(mark), "the quote that begins here is never closed");
        }
        add({YamlNode::Kind::kScalar, at(mark), value, {}}, anchor, at(mark));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end()) {
            throw YamlError(at(mark), "this alias stands inside of what it names");
        }
        add(found->second, 0, at(mark));
    }
    void OnSequenceStart(const YAML::Mark& mark,
                         const std::string& tag,
                         YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        checkTag(mark, tag);
        open({YamlNode::Kind::kList, at(mark), {}, {}}, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark,
                    const std::string& tag,
                    YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        checkTag(mark, tag);
        open({YamlNode::Kind::kMap, at(mark), {}, {}}, anchor);
    }
    void OnMapEnd() override { close(); }

private:
    struct Open {
        YamlNode node;
        YAML::anchor_t anchor;
    };

    [[nodiscard]] Mark at(const YAML::Mark& mark) const {
        return source_.markAt(mark.line, mark.column);
    }

    void checkTag(const YAML::Mark& mark, const std::string& tag) const {
        if (tag.empty() || tag == "?" || tag == "!") return;
        throw YamlError(at(mark), "tags (!…) are not supported: write the plain value");
    }

    /// `place` is where the node is used; for an alias that is not where it was written.
    void count(const YamlNode& node, int depth, Mark place) {
        if (++nodes_ > limits_.nodes || (text_bytes_ += node.text.size()) > limits_.text_bytes) {
            throw YamlError{place, "the file grows too large when its aliases are replaced"};
        }
        if (depth > limits_.depth) {
            throw YamlError{place, "lists and maps are nested too deeply"};
        }
        for (const auto& item : node.items) count(item, depth + 1, place);
    }

    void open(YamlNode node, YAML::anchor_t anchor) {
        count(node, static_cast<int>(open_.size()), node.mark);
        checkKey(node);
        open_.push_back({std::move(node), anchor});
    }

    void close() {
        auto [node, anchor] = std::move(open_.back());
        open_.pop_back();
        place(std::move(node), anchor);
    }

    void add(YamlNode node, YAML::anchor_t anchor, Mark used_at) {
        count(node, static_cast<int>(open_.size()), used_at);
        checkKey(node);
        place(std::move(node), anchor);
    }

    void place(YamlNode node, YAML::anchor_t anchor) {
        if (anchor != 0) anchors_[anchor] = node;
        (open_.empty() ? root : open_.back().node.items.emplace_back()) = std::move(node);
    }

    void checkKey(const YamlNode& node) const {
        if (open_.empty() || open_.back().node.kind != YamlNode::Kind::kMap) return;
        const bool is_key = open_.back().node.items.size() % 2 == 0;
        if (is_key && node.kind != YamlNode::Kind::kScalar) {
            throw YamlError{node.mark, "a key must be a plain word"};
        }
    }

    const YamlSource& source_;
    const YamlLimits& limits_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, YamlNode> anchors_;
    std::size_t nodes_ = 0, text_bytes_ = 0;
};

YamlError translated(const YAML::Exception& error, const YamlSource& source) {
    const auto& mark = error.mark;
    if (mark.is_null()) return {{}, "not valid YAML: " + error.msg};
    if (const auto tab = source.tabIndent(mark.line)) {
        return {*tab, "a tab is used to indent; YAML allows only spaces"};
    }
    return {source.markAt(mark.line, mark.column), "not valid YAML: " + error.msg};
}

YamlNode parseChecked(const std::string& text, const YamlLimits& limits) {
    const YamlSource source(text);
    TreeBuilder builder(source, limits);
    std::istringstream stream(text);
    try {
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder)) return {};
        TreeBuilder second(source, limits);
        if (!parser.HandleNextDocument(second)) return std::move(builder.root);
        throw YamlError{second.root.mark, "a second document (---) begins here; one is allowed"};
    } catch (const YAML::Exception& error) {
        throw translated(error, source);
    }
}

}  // namespace

std::string describe(const YamlNode& node) {
    switch (node.kind) {
        case YamlNode::Kind::kNull:
            return "nothing";
        case YamlNode::Kind::kScalar:
            return "the text \"" + cleanUtf8(shorten(node.text, 40)) + '"';
        case YamlNode::Kind::kList:
            return "a list";
        case YamlNode::Kind::kMap:
            return "a map";
    }
    return {};
}

YamlNode parseYaml(std::string_view text, const YamlLimits& limits) {
    if (text.size() > limits.file_bytes) {
        throw YamlError({},
                        "the file is larger than " + std::to_string(limits.file_bytes) +
                            " bytes; no configuration needs that");
    }
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
        text.remove_prefix(kByteOrderMark.size());
    }
    if (const auto bad = YamlSource(text).firstBadByte()) throw *bad;
    return parseChecked(std::string(text), limits);
}

}  // namespace orch
