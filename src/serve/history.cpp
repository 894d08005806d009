#include "serve/history.h"

#include <sqlite3.h>

#include <random>

namespace unipic::serve {
namespace {

constexpr int kBusyMilliseconds = 5000;

// Pictures are named at random: an id tells nothing of how many there are, or of others'.
std::string random_id() {
  std::random_device random;
  const uint64_t bits = uint64_t{random()} << 32 | random();
  return fmt::format("pic_{:016x}", bits);
}

PictureRecord record_of(const std::string& settings) {
  constexpr auto kWhere = "the history";
  const auto json = parse_json(settings, kWhere);
  const auto text = [&](std::string_view key) { return json_get<std::string>(json, key, kWhere); };
  const auto number = [&](std::string_view key) { return json_get<double>(json, key, kWhere); };
  return {.id = text("id"),
          .created = json_get<int64_t>(json, "created", kWhere),
          .task = text("task"),
          .prompt = text("prompt"),
          .negative_prompt = text("negative_prompt"),
          .model = text("model"),
          .seed = static_cast<uint64_t>(json_get<int64_t>(json, "seed", kWhere)),
          .width = json_get<int64_t>(json, "width", kWhere),
          .height = json_get<int64_t>(json, "height", kWhere),
          .num_inference_steps = json_get<int64_t>(json, "num_inference_steps", kWhere),
          .guidance_scale = number("guidance_scale"),
          .temperature = number("temperature"),
          .seconds = number("seconds"),
          .source_id = json_get_or<std::string>(json, "source_id", "", kWhere)};
}

}  // namespace

Json PictureRecord::to_json() const {
  return {{"id", id},
          {"created", created},
          {"task", task},
          {"prompt", prompt},
          {"negative_prompt", negative_prompt},
          {"model", model},
          {"seed", seed},
          {"width", width},
          {"height", height},
          {"num_inference_steps", num_inference_steps},
          {"guidance_scale", guidance_scale},
          {"temperature", temperature},
          {"source_id", source_id.empty() ? Json() : Json(source_id)},
          {"seconds", seconds}};
}

// A prepared statement; `History::mutex_` is held while there is one.
class History::Statement {
 public:
  Statement(const History& history, const char* sql) : history_(history) {
    if (sqlite3_prepare_v2(history.database_, sql, -1, &statement_, nullptr) != SQLITE_OK)
      history.fail("prepare a statement");
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& with(int64_t number) {
    sqlite3_bind_int64(statement_, ++num_bound_, number);
    return *this;
  }
  Statement& with(std::string_view text) {
    sqlite3_bind_text(statement_, ++num_bound_, text.data(), static_cast<int>(text.size()),
                      SQLITE_TRANSIENT);
    return *this;
  }
  Statement& with_bytes(std::string_view bytes) {
    sqlite3_bind_blob64(statement_, ++num_bound_, bytes.data(), bytes.size(), SQLITE_STATIC);
    return *this;
  }
  bool next() {  // whether there is a row
    const int result = sqlite3_step(statement_);
    if (result != SQLITE_ROW && result != SQLITE_DONE) history_.fail("read or write");
    return result == SQLITE_ROW;
  }
  int64_t integer() const { return sqlite3_column_int64(statement_, 0); }
  std::string bytes() const {
    const auto* first = static_cast<const char*>(sqlite3_column_blob(statement_, 0));
    return {first, first == nullptr ? 0 : static_cast<size_t>(sqlite3_column_bytes(statement_, 0))};
  }

 private:
  const History& history_;
  sqlite3_stmt* statement_ = nullptr;
  int num_bound_ = 0;
};

History::History(const std::filesystem::path& path, int64_t max_pictures)
    : where_(path.empty() ? "the history in memory" : path.string()), max_pictures_(max_pictures) {
  if (!path.empty() && path.has_parent_path())
    std::filesystem::create_directories(path.parent_path());
  const auto name = path.empty() ? std::string(":memory:") : path.string();
  if (sqlite3_open(name.c_str(), &database_) != SQLITE_OK) {
    const std::string reason = sqlite3_errmsg(database_);
    sqlite3_close(database_);
    throw Error(fmt::format("{}: cannot open the history: {}", where_, reason));
  }
  try {
    sqlite3_busy_timeout(database_, kBusyMilliseconds);
    // A commit is on the disk when it returns.
    execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    execute(
        "CREATE TABLE IF NOT EXISTS pictures (number INTEGER PRIMARY KEY AUTOINCREMENT, "
        "id TEXT NOT NULL UNIQUE, is_upload INTEGER NOT NULL, settings TEXT NOT NULL, "
        "png BLOB NOT NULL)");
  } catch (...) {
    sqlite3_close(database_);
    throw;
  }
}

History::~History() { sqlite3_close(database_); }

std::string History::add(PictureRecord record, std::string_view png) {
  record.id = random_id();
  const auto settings = record.to_json().dump(-1, ' ', false, Json::error_handler_t::replace);
  const std::scoped_lock lock(mutex_);
  Statement(*this, "INSERT INTO pictures (id, is_upload, settings, png) VALUES (?, ?, ?, ?)")
      .with(record.id)
      .with(record.task == "upload" ? 1 : 0)
      .with(settings)
      .with_bytes(png)
      .next();
  Statement(*this, "DELETE FROM pictures WHERE number <= (SELECT max(number) FROM pictures) - ?")
      .with(max_pictures_)
      .next();
  return record.id;
}

std::optional<PictureRecord> History::find(const std::string& id) const {
  const std::scoped_lock lock(mutex_);
  Statement statement(*this, "SELECT settings FROM pictures WHERE id = ?");
  if (!statement.with(id).next()) return {};
  return record_of(statement.bytes());
}

std::optional<std::string> History::png(const std::string& id) const {
  const std::scoped_lock lock(mutex_);
  Statement statement(*this, "SELECT png FROM pictures WHERE id = ?");
  if (!statement.with(id).next()) return {};
  return statement.bytes();
}

bool History::remove(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  Statement(*this, "DELETE FROM pictures WHERE id = ?").with(id).next();
  return sqlite3_changes(database_) > 0;
}

std::optional<std::vector<PictureRecord>> History::list(int64_t limit,
                                                        const std::string& before) const {
  const std::scoped_lock lock(mutex_);
  int64_t below = INT64_MAX;
  if (!before.empty()) {
    const auto row = row_of(before);
    if (!row) return {};
    below = *row;
  }
  Statement statement(*this,
                      "SELECT settings FROM pictures WHERE number < ? AND is_upload = 0 "
                      "ORDER BY number DESC LIMIT ?");
  statement.with(below).with(limit);
  std::vector<PictureRecord> records;
  while (statement.next()) records.push_back(record_of(statement.bytes()));
  return records;
}

std::optional<int64_t> History::row_of(const std::string& id) const {
  Statement statement(*this, "SELECT number FROM pictures WHERE id = ?");
  if (!statement.with(id).next()) return {};
  return statement.integer();
}

int64_t History::num_pictures() const {
  const std::scoped_lock lock(mutex_);
  Statement statement(*this, "SELECT count(*) FROM pictures WHERE is_upload = 0");
  statement.next();
  return statement.integer();
}

void History::execute(const char* sql) const {
  if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail("set it up");
}

void History::fail(const char* doing) const {
  throw Error(fmt::format("{}: cannot {}: {}", where_, doing, sqlite3_errmsg(database_)));
}

}  // namespace unipic::serve
