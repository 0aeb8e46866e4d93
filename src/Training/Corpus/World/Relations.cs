// Owns the wordings of every kind of fact of the town.
namespace Tern.Training.Corpus;

/// <summary>The kinds of facts: of people, of places, of names.</summary>
internal static class Relations
{
    public static Relation Job { get; } =
        new("job", "{S} is {aV}.")
        {
            Direct =
            [
                "What is {S}'s job?",
                "Who is {S}?",
                "What does {S} do?",
                "What work does {S} do?",
                "What is the job of {S}?",
                "What does {S} do for a living?",
                "What does {S} work as?",
                "Which job does {S} have?",
                "Tell me {S}'s job.",
                "Do you know {S}'s job?",
                "Can you tell me what {S} does?",
            ],
            YesNo = ["Is {S} {aV}?", "Does {S} work as {aV}?", "Is it true that {S} is {aV}?", "Is {S} the {V}?"],
            FollowUp = ["What is {his} job?", "What does {he} do?", "And {his} job?", "What does {he} work as?"],
            Reverse =
            [
                "Who is the {V}?",
                "Who works as {aV}?",
                "Who is {aV}?",
                "Which person is {aV}?",
                "What is the name of the {V}?",
                "Tell me who the {V} is.",
                "Do you know who the {V} is?",
                "What is the {V} called?",
            ],
        };

    public static Relation Pet { get; } =
        new("pet", "{S} has {aV}.")
        {
            Direct =
            [
                "What pet does {S} have?",
                "Which pet does {S} have?",
                "What is {S}'s pet?",
                "Which animal does {S} have?",
                "What kind of pet does {S} have?",
                "What animal lives with {S}?",
                "Which pet does {S} keep?",
                "Tell me {S}'s pet.",
                "Do you know {S}'s pet?",
                "Can you tell me what pet {S} has?",
            ],
            YesNo =
            [
                "Does {S} have {aV}?",
                "Is {S}'s pet {aV}?",
                "Is it true that {S} has {aV}?",
                "Does {S} keep {aV}?",
            ],
            FollowUp =
            [
                "What pet does {he} have?",
                "What is {his} pet?",
                "And {his} pet?",
                "Which animal does {he} have?",
            ],
            Reverse =
            [
                "Who has {aV}?",
                "Who has the {V}?",
                "Who keeps {aV}?",
                "Whose pet is the {V}?",
                "Which person has {aV}?",
                "Tell me who has {aV}.",
                "Do you know who has {aV}?",
                "Who does the {V} live with?",
            ],
        };

    public static Relation Street { get; } =
        new("street", "{S} lives in {V}.")
        {
            Direct =
            [
                "Where does {S} live?",
                "In which street does {S} live?",
                "What street does {S} live in?",
                "Where is {S}'s house?",
                "Where is {S}'s home?",
                "Where can I find {S}'s house?",
                "Tell me where {S} lives.",
                "Do you know where {S} lives?",
                "Can you tell me where {S} lives?",
            ],
            YesNo = ["Does {S} live in {V}?", "Is {S}'s house in {V}?", "Is it true that {S} lives in {V}?"],
            FollowUp =
            [
                "Where does {he} live?",
                "Where is {his} house?",
                "And where does {he} live?",
                "What street does {he} live in?",
            ],
        };

    public static Relation Colour { get; } =
        Favourite(
            "colour",
            [
                "What colour does {S} like best?",
                "Which colour does {S} like?",
                "What colour does {S} love?",
                "Which colour does {S} like most?",
            ],
            ["Does {S} like {V} best?", "Is {V} {S}'s favourite colour?"],
            ["What colour does {he} like best?"]
        );

    public static Relation Food { get; } =
        Favourite(
            "food",
            [
                "What does {S} like to eat?",
                "What food does {S} like best?",
                "What does {S} love to eat?",
                "Which food does {S} like most?",
            ],
            ["Does {S} like to eat {V}?"],
            ["What does {he} like to eat?"]
        );

    public static Relation Hobby { get; } =
        new("hobby", "{S}'s hobby is {V}.")
        {
            Direct =
            [
                "What is {S}'s hobby?",
                "What hobby does {S} have?",
                "Which hobby does {S} have?",
                "What is the hobby of {S}?",
                "What does {S} like to do?",
                "What does {S} do for fun?",
                "Tell me {S}'s hobby.",
                "Do you know {S}'s hobby?",
                "Can you tell me {S}'s hobby?",
            ],
            YesNo = ["Is {S}'s hobby {V}?", "Is {V} {S}'s hobby?", "Is it true that {S}'s hobby is {V}?"],
            FollowUp =
            [
                "What is {his} hobby?",
                "What does {he} do for fun?",
                "And {his} hobby?",
                "What does {he} like to do?",
            ],
        };

    public static Relation Age { get; } =
        new("age", "{S} is {V} years old.")
        {
            Direct =
            [
                "How old is {S}?",
                "What is {S}'s age?",
                "What age is {S}?",
                "What is the age of {S}?",
                "How old is {S} now?",
                "Tell me {S}'s age.",
                "Tell me how old {S} is.",
                "Do you know how old {S} is?",
                "Can you tell me {S}'s age?",
            ],
            YesNo = ["Is {S} {V} years old?", "Is {S} {V}?", "Is it true that {S} is {V} years old?"],
            FollowUp = ["How old is {he}?", "What is {his} age?", "And how old is {he}?", "And {his} age?"],
        };

    public static Relation Friend { get; } =
        new("friend", "{S}'s friend is {V}.")
        {
            Direct =
            [
                "Who is {S}'s friend?",
                "Who is the friend of {S}?",
                "What is the name of {S}'s friend?",
                "Who is {S}'s best friend?",
                "Which friend does {S} have?",
                "Tell me who {S}'s friend is.",
                "Do you know {S}'s friend?",
                "Can you tell me who {S}'s friend is?",
                "Who is friends with {S}?",
            ],
            YesNo = ["Is {V} {S}'s friend?", "Is {S}'s friend {V}?", "Is it true that {S}'s friend is {V}?"],
            FollowUp =
            [
                "Who is {his} friend?",
                "And {his} friend?",
                "Who is {his} best friend?",
                "And who is {his} friend?",
            ],
        };

    public static Relation Place { get; } =
        new("place", "{S} is in {V}.")
        {
            Direct =
            [
                "Where is {S}?",
                "Where can I find {S}?",
                "In which street is {S}?",
                "What street is {S} in?",
                "Which street is {S} in?",
                "Tell me where {S} is.",
                "Do you know where {S} is?",
                "Can you tell me where {S} is?",
            ],
            YesNo = ["Is {S} in {V}?", "Is it true that {S} is in {V}?", "Can I find {S} in {V}?"],
            FollowUp = ["Where is {he}?", "And where is {he}?", "In which street is {he}?"],
        };

    public static Relation Opens { get; } =
        new("opens", "{S} opens at {V}.")
        {
            Direct =
            [
                "When does {S} open?",
                "What time does {S} open?",
                "At what time does {S} open?",
                "When can I go to {S}?",
                "From what time is {S} open?",
                "Tell me when {S} opens.",
                "Do you know when {S} opens?",
                "Can you tell me when {S} opens?",
            ],
            YesNo = ["Does {S} open at {V}?", "Is it true that {S} opens at {V}?", "Does {S} open its door at {V}?"],
            FollowUp = ["When does {he} open?", "And when does {he} open?", "What time does {he} open?"],
        };

    public static Relation Door { get; } =
        new("door", "{S} has {aV} door.")
        {
            Direct =
            [
                "What colour is the door of {S}?",
                "What kind of door does {S} have?",
                "Which colour is the door of {S}?",
                "What is the colour of the door of {S}?",
                "What colour door does {S} have?",
                "Tell me the colour of the door of {S}.",
                "Do you know the colour of the door of {S}?",
                "Can you tell me the colour of the door of {S}?",
            ],
            YesNo = ["Does {S} have {aV} door?", "Is the door of {S} {V}?", "Is it true that {S} has {aV} door?"],
            FollowUp = ["What colour is {his} door?", "And {his} door?", "What kind of door does {he} have?"],
        };

    public static Relation Name { get; } =
        new("name", "{S} is called {V}.")
        {
            Direct =
            [
                "What is {S} called?",
                "What is the name of {S}?",
                "What name does {S} have?",
                "Which name does {S} have?",
                "What do people call {S}?",
                "Tell me the name of {S}.",
                "Do you know the name of {S}?",
                "Can you tell me the name of {S}?",
            ],
            YesNo = ["Is {S} called {V}?", "Is {V} the name of {S}?", "Is it true that {S} is called {V}?"],
            FollowUp = ["What is {he} called?", "And what is {he} called?", "What is {his} name?"],
            Reverse = ["What is {V}?", "What is called {V}?", "Tell me what {V} is.", "Do you know what {V} is?"],
        };

    private static Relation Favourite(string thing, string[] direct, string[] yesNo, string[] followUp) =>
        new(thing, $"{{S}}'s favourite {thing} is {{V}}.")
        {
            Direct =
            [
                $"What is {{S}}'s favourite {thing}?",
                $"Which {thing} is {{S}}'s favourite?",
                $"What is the favourite {thing} of {{S}}?",
                $"Tell me {{S}}'s favourite {thing}.",
                $"Do you know {{S}}'s favourite {thing}?",
                $"Can you tell me {{S}}'s favourite {thing}?",
                .. direct,
            ],
            YesNo =
            [
                $"Is {{S}}'s favourite {thing} {{V}}?",
                $"Is it true that {{S}}'s favourite {thing} is {{V}}?",
                .. yesNo,
            ],
            FollowUp =
            [
                $"What is {{his}} favourite {thing}?",
                $"And {{his}} favourite {thing}?",
                $"Which {thing} is {{his}} favourite?",
                .. followUp,
            ],
        };
}
