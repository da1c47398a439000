/** Servers for the web, for files, and for thinking in the style of public MCP servers. */
export const GENERAL = {
  filesystem: `
read_text_file | Read the complete contents of a file as text | path; head; tail
read_media_file | Read an image or audio file as base64 | path
edit_file | Make line-based edits to a text file | path; edits; dryRun
list_directory | Get a detailed listing of files and directories in a path | path
directory_tree | Get a recursive tree view of files and directories as JSON | path
move_file | Move or rename files and directories | source; destination
create_directory | Create a new directory or ensure it exists | path
get_file_info | Retrieve metadata of a file: size, times, permissions | path
list_allowed_directories | Returns the directories that this server may access`,
  memory: `
create_entities | Create multiple new entities in the knowledge graph | entities
create_relations | Create relations between entities in the knowledge graph | relations
add_observations | Add new observations to existing entities | observations
search_nodes | Search for nodes in the knowledge graph | query
read_graph | Read the entire knowledge graph
delete_entities | Delete entities and their relations from the graph | entityNames`,
  time: `
get_current_time | Get current time in a specific timezone | timezone
convert_time | Convert time between timezones | source_timezone; time; target_timezone`,
  brave_search: `
brave_web_search | Performs a web search using the Brave Search API | query; count; offset
brave_local_search | Searches for local businesses and places | query; count
brave_news_search | Searches news articles | query; freshness
brave_image_search | Searches for images on the web | query`,
  firecrawl: `
firecrawl_scrape | Scrape content from a single URL | url; formats
firecrawl_map | Discover all indexed URLs on a website | url; search
firecrawl_crawl | Crawl multiple pages of a site | url; maxDepth
firecrawl_extract | Extract structured information from web pages with a schema | urls; prompt; schema
firecrawl_deep_research | Conduct deep research on a topic | query; timeLimit`,
  fetch: `
fetch_markdown | Fetch a website and return its content as Markdown | url
fetch_json | Fetch a JSON file from a URL | url; headers`,
  sequential_thinking: `
sequentialthinking | A tool for dynamic and reflective problem-solving through a sequence of thoughts | thought; nextThoughtNeeded`,
  arxiv: `
search_papers | Search for papers on arXiv with filters | query; categories; date_from
download_paper | Download a paper and convert it to text | paper_id
list_papers | List the downloaded papers`,
  excel: `
read_data_from_excel | Read data from a worksheet | filepath; sheet_name; start_cell
write_data_to_excel | Write data to a worksheet | filepath; sheet_name; data
create_pivot_table_excel | Create pivot table in workbook | filepath; data_range; rows; values
merge_cells | Merge a range of cells | filepath; start_cell; end_cell
create_workbook | Create new Excel workbook | filepath`,
  word: `
add_heading | Add a heading to a Word document | filename; text; level
add_table | Add a table to a Word document | filename; rows; cols
convert_to_pdf | Convert a Word document to PDF | filename`,
  powerpoint: `
create_presentation | Create a new PowerPoint presentation | id
add_slide | Add a slide with title and content | presentation_id; layout; title`,
  elevenlabs: `
text_to_speech | Convert text to speech with a given voice | text; voice_name
speech_to_text | Transcribe speech from an audio file | input_file_path; language_code
voice_clone | Create an instant voice clone from audio files | name; files
text_to_sound_effects | Generate a sound effect from a text description | text; duration_seconds`,
  home_assistant: `
HassTurnOn | Turns on, opens or presses a device or entity | name; area
HassTurnOff | Turns off or closes a device or entity | name; area
HassSetPosition | Sets the position of a device, such as blinds | name; position
HassClimateSetTemperature | Sets the target temperature of a climate device | temperature
HassVacuumStart | Starts a vacuum | name`,
  airbnb: `
airbnb_search | Search for Airbnb listings with filters | location; checkin; checkout; adults
airbnb_listing_details | Get detailed information about a listing | id`,
  yahoo_finance: `
get_historical_stock_prices | Get historical prices of a stock | ticker; period
get_stock_info | Get price, valuation and company facts of a stock | ticker
get_recommendations | Get analyst recommendations and upgrades | ticker`,
  mermaid: `
generate_mermaid_diagram | Generate a diagram from mermaid markdown | code; theme`,
  weather: `
get_forecast | Get weather forecast for a location | latitude; longitude
get_alerts | Get weather alerts for a state | state`,
};
