// Owns the families of tools that the corpus teaches to call.
using System.Globalization;

namespace Tern.Training.Corpus;

/// <summary>All families of tools.</summary>
internal static class ToolFamilies
{
    private static readonly string[] s_rooms =
    [
        "kitchen",
        "bedroom",
        "garden",
        "hall",
        "bathroom",
        "office",
        "attic",
        "cellar",
    ];
    private static readonly string[] s_days =
    [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    private static readonly string[] s_languages = ["French", "Spanish", "German", "Italian", "Dutch", "Greek"];
    private static readonly string[] s_songHues = ["Blue", "Red", "White", "Green", "Old", "Slow", "Summer", "Winter"];
    private static readonly string[] s_songNouns = ["Waves", "Moon", "Boat", "Rain", "Gull", "Wind", "Hills", "River"];
    private static readonly string[] s_skies = ["sunny", "rainy", "cloudy", "windy", "foggy"];
    private static readonly string[] s_things =
    [
        "bread",
        "milk",
        "cheese",
        "apples",
        "eggs",
        "soap",
        "candles",
        "rope",
        "paper",
        "tea",
    ];
    private static readonly string[] s_goods =
    [
        "apples",
        "eggs",
        "candles",
        "ropes",
        "cakes",
        "plums",
        "cups",
        "lamps",
        "books",
        "hats",
    ];
    private static readonly string[] s_messages =
    [
        "I am late",
        "the soup is ready",
        "I am at home",
        "the boat is here",
        "I will come soon",
        "the door is open",
        "I found the key",
        "it is raining",
        "the fish is fresh",
        "I need help",
    ];
    private static readonly string[] s_words =
    [
        "boat",
        "bread",
        "sea",
        "house",
        "friend",
        "moon",
        "water",
        "night",
        "tree",
        "bird",
    ];
    private static readonly string[] s_cities =
    [
        "Paris",
        "London",
        "Rome",
        "Berlin",
        "Tokyo",
        "Madrid",
        "Oslo",
        "Cairo",
        "Lima",
        "Vienna",
        "Lisbon",
        "Athens",
        "Dublin",
        "Prague",
        "Zurich",
        "Milan",
        "Boston",
        "Sydney",
        "Saltmere",
    ];

    public static IReadOnlyList<ToolFamily> All { get; } =
    [
        new(
            "weather",
            ["get_weather", "weather", "find_weather", "show_weather", "current_weather"],
            ["tells the weather in a place", "the weather of a city", "shows how the weather is"],
            [new(["place", "city", "location", "town"])],
            [
                "What is the weather in {0}?",
                "How is the weather in {0}?",
                "Tell me the weather in {0}.",
                "Is it raining in {0}?",
            ],
            random => [random.Pick(s_cities)],
            (random, values) =>
            {
                string sky = random.Pick(s_skies);
                string degrees = Number(random, 1, 35);
                return (
                    $"{{\"sky\": \"{sky}\", \"degrees\": {degrees}}}",
                    $"It is {sky} and {degrees} degrees in {values[0]}."
                );
            }
        ),
        new(
            "timer",
            ["set_timer", "timer", "start_timer", "new_timer"],
            ["starts a timer", "sets a timer in minutes", "counts down some minutes"],
            [new(["minutes", "time", "length", "duration"], "integer")],
            [
                "Set a timer for {0} minutes.",
                "Start a timer of {0} minutes.",
                "Wake me in {0} minutes.",
                "I need a timer for {0} minutes.",
            ],
            random => [Number(random, 2, 90)],
            (_, values) => ("{\"ok\": true}", $"The timer is set for {values[0]} minutes.")
        ),
        new(
            "message",
            ["send_message", "message", "write_to", "send_text"],
            ["sends a message to somebody", "writes to a person", "sends a text"],
            [new(["to", "person", "name", "receiver"]), new(["text", "message", "content", "words"])],
            ["Tell {0} that {1}.", "Send {0} the message: {1}", "Write to {0}: {1}", "Send a message to {0}: {1}"],
            random =>
                [
                    random.Chance(50) ? random.Pick(Town.People).Name : UnknownNames.Draw(random, heldOut: false),
                    random.Pick(s_messages),
                ],
            (_, values) => ("{\"sent\": true}", $"The message was sent to {values[0]}.")
        ),
        new(
            "table",
            ["book_table", "reserve_table", "table", "get_table"],
            ["books a table", "reserves a table at the inn", "a table for some people"],
            [new(["people", "guests", "persons"], "integer"), new(["hour", "time", "at"], "integer")],
            [
                "Book a table for {0} people at {1}.",
                "Reserve a table for {0} at {1}.",
                "I need a table at {1} for {0} people.",
                "We are {0} people and want a table at {1}.",
            ],
            random => [Number(random, 2, 9), Number(random, 11, 22)],
            (_, values) => ("{\"ok\": true}", $"A table for {values[0]} people is booked at {values[1]}.")
        ),
        new(
            "music",
            ["play_music", "play_song", "play", "start_song"],
            ["plays a song", "plays music", "starts a song"],
            [new(["song", "title", "name", "music"])],
            ["Play {0}.", "Please play {0}.", "Play the song {0}.", "I want to hear {0}."],
            random => [$"{random.Pick(s_songHues)} {random.Pick(s_songNouns)}"],
            (_, values) => ("{\"playing\": true}", $"Now playing {values[0]}.")
        ),
        new(
            "multiply",
            ["multiply", "times", "product", "calculate_product"],
            ["multiplies two large numbers", "the product of two numbers", "multiplies numbers"],
            [new(["a", "first", "x", "left"], "integer"), new(["b", "second", "y", "right"], "integer")],
            ["What is {0} times {1}?", "Multiply {0} by {1}.", "How much is {0} * {1}?", "Calculate {0} * {1}."],
            random => [Number(random, 100, 999), Number(random, 11, 99)],
            (_, values) =>
            {
                string product = (Parse(values[0]) * Parse(values[1])).ToString(CultureInfo.InvariantCulture);
                return ($"{{\"result\": {product}}}", $"{values[0]} * {values[1]} = {product}.");
            }
        ),
        new(
            "light",
            ["switch_light", "set_light", "light", "turn_light"],
            ["turns a light on or off", "switches the light of a room", "the light in a room"],
            [new(["room", "place", "where"]), new(["state", "value", "mode"], "string", ["on", "off"])],
            [
                "Turn {1} the light in the {0}.",
                "Turn the light in the {0} {1}.",
                "Switch {1} the light in the {0}.",
                "Light {1} in the {0}, please.",
            ],
            random => [random.Pick(s_rooms), random.Chance(50) ? "on" : "off"],
            (_, values) => ("{\"ok\": true}", $"The light in the {values[0]} is {values[1]}.")
        ),
        new(
            "ferry",
            ["next_ferry", "ferry_times", "find_ferry", "ferry"],
            ["finds the next ferry", "when the ferry goes", "times of the ferry"],
            [new(["day", "date", "when", "on"], "string", s_days)],
            [
                "When does the ferry go on {0}?",
                "When is the ferry on {0}?",
                "Find a ferry on {0}.",
                "I need a ferry on {0}.",
            ],
            random => [random.Pick(s_days)],
            (random, values) =>
            {
                string hour = Number(random, 6, 22);
                return ($"{{\"hour\": {hour}}}", $"The ferry goes at {hour} on {values[0]}.");
            }
        ),
        new(
            "buy",
            ["buy", "order", "buy_item", "order_item", "add_to_cart"],
            ["buys things", "orders some items", "puts items into the cart"],
            [new(["item", "product", "thing", "what"]), new(["count", "number", "amount"], "integer")],
            ["Buy {1} {0}.", "Order {1} {0}.", "I need {1} {0}.", "Please buy {1} {0}."],
            random => [random.Pick(s_goods), Number(random, 2, 40)],
            (random, values) =>
            {
                string price = Number(random, 2, 90);
                return ($"{{\"price\": {price}}}", $"I ordered {values[1]} {values[0]} for {price} coins.");
            }
        ),
        new(
            "translate",
            ["translate", "translate_word", "dictionary", "find_word"],
            ["translates a word", "a word in another language", "finds a word in a language"],
            [new(["word", "text", "term"]), new(["language", "to", "target"])],
            [
                "Translate {0} into {1}.",
                "What is {0} in {1}?",
                "How do you say {0} in {1}?",
                "Translate the word {0} into {1}.",
            ],
            random => [random.Pick(s_words), random.Pick(s_languages)],
            (random, values) =>
            {
                string word = UnknownNames.Draw(random, heldOut: false).ToLowerInvariant();
                return ($"{{\"word\": \"{word}\"}}", $"In {values[1]}, {values[0]} is {word}.");
            }
        ),
        new(
            "note",
            ["add_note", "note", "save_note", "write_note", "remember"],
            ["saves a note", "writes a note", "keeps a note for later"],
            [new(["text", "note", "content", "what"])],
            ["Note: {0}", "Write a note: {0}", "Save a note: {0}", "Remember this: {0}"],
            random => [$"buy {random.Pick(s_things)} on {random.Pick(s_days)}"],
            (_, _) => ("{\"saved\": true}", "The note is saved.")
        ),
        new(
            "alarm",
            ["set_alarm", "alarm", "new_alarm", "wake_up"],
            ["sets an alarm", "wakes somebody up", "an alarm on a day"],
            [new(["hour", "time", "at"], "integer"), new(["day", "date", "on"], "string", s_days)],
            [
                "Wake me at {0} on {1}.",
                "Set an alarm for {0} on {1}.",
                "I need an alarm at {0} on {1}.",
                "Set the alarm to {0} on {1}.",
            ],
            random => [Number(random, 4, 11), random.Pick(s_days)],
            (_, values) => ("{\"ok\": true}", $"The alarm is set for {values[0]} on {values[1]}.")
        ),
    ];

    private static string Number(CorpusRandom random, int least, int most) =>
        random.Between(least, most).ToString(CultureInfo.InvariantCulture);

    private static int Parse(string number) => int.Parse(number, CultureInfo.InvariantCulture);
}
