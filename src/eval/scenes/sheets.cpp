// Sheets of what was drawn and edited, with verdicts, for people to look at.

#include <fmt/format.h>

#include <map>
#include <utility>

#include "data/contact_sheet.h"
#include "eval/scenes/items.h"

namespace unipic::eval {
namespace {

constexpr size_t kMostCells = 48;  // a sheet
constexpr size_t kColumns = 4;

using Sheets = std::map<std::string, std::vector<data::SheetCell>>;  // by name

bool is_full(const std::vector<data::SheetCell>& cells) { return cells.size() >= kMostCells; }

void add_drawn(const scenes::Catalogue& catalogue, const SuiteOptions& options,
               const Records& records, Sheets& sheets) {
  for (const auto& prompt :
       spread(scene_prompts(catalogue, options.prompt_file), options.prompts)) {
    auto& cells = sheets["geneval_" + prompt.prompt.tag];
    if (is_full(cells)) continue;
    data::SheetCell cell;
    int64_t num_right = 0;
    for (int64_t image = 0; image < options.images; ++image) {
      const auto id = picture_id(prompt, image);
      const auto* record = records.find(id);
      auto picture = records.picture(id);
      if (record == nullptr || !picture) continue;
      cell.pictures.push_back(*std::move(picture));
      num_right += record->correct;
    }
    if (static_cast<int64_t>(cell.pictures.size()) != options.images) continue;
    cell.caption = fmt::format("{}/{} right{}: {}", num_right, options.images,
                               prompt.held_out ? " (held out)" : "", prompt.prompt.prompt);
    cells.push_back(std::move(cell));
  }
}

void add_edited(const scenes::Catalogue& catalogue, const SuiteOptions& options,
                const Records& records, Sheets& sheets) {
  for (const auto& item : edit_items(options)) {
    auto& cells = sheets[fmt::format("edit_{}", scenes::name_of(item.kind))];
    const auto* record = records.find(item.id);
    const auto result = records.picture(item.id);
    if (is_full(cells) || record == nullptr || !result) continue;
    const auto edit = edit_of(item, catalogue);
    const auto draw = [&](const scenes::Scene& scene) {
      return scenes::render(scene, catalogue, result->width, result->height).image;
    };
    cells.push_back({{draw(edit.before), *result, draw(edit.after)},
                     fmt::format("{}{}: {}", record->correct ? "right" : record->found,
                                 item.held_out ? " (held out)" : "", edit.instruction)});
  }
}

}  // namespace

void write_sheets(const scenes::Catalogue& catalogue, const SuiteOptions& options,
                  const Records& records) {
  if (records.folder().empty()) return;
  Sheets sheets;
  if (options.parts.contains("geneval")) add_drawn(catalogue, options, records, sheets);
  if (options.parts.contains("edit")) add_edited(catalogue, options, records, sheets);
  const auto font = data::BitmapFont::load();
  for (const auto& [name, cells] : sheets) {
    if (cells.empty()) continue;
    write_image(records.folder() / fmt::format("sheet_{}.png", name),
                data::contact_sheet(cells, kColumns, font));
  }
}

}  // namespace unipic::eval
