// Owns the plots. Slots: N and K the hero's name and the friend's, kind and other their kinds, he/his/him of the hero.
namespace Tern.Training.Corpus;

/// <summary>The plots that stories follow.</summary>
internal static class StoryPlots
{
    private static readonly StoryStep[] s_opening =
    [
        new(
            false,
            "Once upon a time there was {aadj} {kind} called {N}.",
            "There once was {aadj} {kind} called {N}.",
            "{N} was {aadj} {kind}.",
            "Once there lived {aadj} {kind} called {N}."
        ),
        new(true, "{he} lived {home}.", "{N} lived {home}.", "{his} home was {home}."),
    ];

    private static readonly StoryStep s_meeting = new(
        false,
        "Then {N} met {aother} called {K}.",
        "{aother} called {K} came by.",
        "On the way {N} met {aother} called {K}.",
        "Then {aother} called {K} came along."
    );

    public static IReadOnlyList<StoryPlot> All { get; } =
    [
        new(
            "lost",
            [
                .. s_opening,
                new(false, "One {time}, {N} lost {his} {hue} {thing}.", "One {time}, {his} {hue} {thing} was gone."),
                new(
                    false,
                    "{he} looked {place}, but the {thing} was not there.",
                    "{N} looked for it {place} and did not find it."
                ),
                new(true, "{N} was very sad.", "{he} began to cry.", "{N} did not know what to do."),
                s_meeting,
                new(
                    false,
                    "\"I will help you,\" said {K}.",
                    "\"Let us look together,\" said {K}.",
                    "{K} wanted to help."
                ),
                new(
                    false,
                    "They looked everywhere and found the {thing} {found}.",
                    "Soon {K} found the {thing} {found}.",
                    "Together they found the {thing} {found}."
                ),
                new(true, "{N} was happy and thanked {K}.", "\"Thank you, {K}!\" said {N}.", "{N} laughed and danced."),
                new(false, "A good friend helps when you are sad.", "With a friend, every search is easier."),
            ]
        ),
        new(
            "share",
            [
                .. s_opening,
                new(false, "One {time}, {N} found {afood} {place}.", "One {time}, {N} bought {afood} at the market."),
                new(true, "{he} was hungry and wanted to eat it all.", "It smelled very good.", "{N} sat down to eat."),
                s_meeting,
                new(false, "{K} was hungry too.", "{K} had eaten nothing all day.", "\"I am so hungry,\" said {K}."),
                new(
                    false,
                    "{N} gave half of the {food} to {K}.",
                    "{N} shared the {food} with {K}.",
                    "So {N} cut the {food} in two and gave one half to {K}."
                ),
                new(
                    true,
                    "They ate together and laughed.",
                    "They sat in the sun and ate.",
                    "\"Thank you, {N}!\" said {K}."
                ),
                new(true, "From that day on they were friends.", "Soon {N} and {K} were best friends."),
                new(false, "Sharing makes everyone happy.", "What you share tastes better."),
            ]
        ),
        new(
            "learn",
            [
                .. s_opening,
                new(false, "{N} wanted to learn to {skill}.", "More than anything, {N} wanted to {skill}."),
                new(
                    false,
                    "{he} tried one {time}, but it was too hard.",
                    "The first time it went wrong.",
                    "{he} tried and tried, but it did not work."
                ),
                new(true, "Everyone laughed at {him}.", "{N} was sad and went home.", "{N} wanted to give up."),
                s_meeting,
                new(
                    false,
                    "\"Try again every day,\" said {K}.",
                    "\"I can teach you,\" said {K}.",
                    "{K} showed {him} how to {skill}."
                ),
                new(
                    false,
                    "So {N} practised every day.",
                    "{N} practised from morning to evening.",
                    "Day after day {N} tried again."
                ),
                new(false, "At last {N} could {skill} very well.", "In the end {he} could {skill} better than anyone."),
                new(false, "Practice makes us better.", "If you do not give up, you will learn."),
            ]
        ),
        new(
            "brave",
            [
                .. s_opening,
                new(false, "{N} was afraid of {fear}.", "There was one thing {N} did not like: {fear}."),
                new(true, "{he} always stayed at home.", "{N} told nobody about it."),
                s_meeting,
                new(
                    false,
                    "One {time}, {K} got lost {place}.",
                    "One {time}, {K} needed help {place}.",
                    "One {time}, {K} fell down {place}."
                ),
                new(
                    false,
                    "{N} thought of {fear}, but {he} went to help {his} friend.",
                    "{N} took a deep breath and ran to help."
                ),
                new(false, "{he} found {K} and brought {his} friend home.", "Soon {N} and {K} were safe at home."),
                new(true, "\"You are so brave,\" said {K}.", "\"Thank you, {N}!\" said {K}."),
                new(true, "After that {N} was not afraid any more.", "{N} was proud and happy."),
                new(false, "You are braver than you think.", "Being brave means helping when you are afraid."),
            ]
        ),
        new(
            "truth",
            [
                .. s_opening,
                new(
                    false,
                    "One {time}, {N} broke the {hue} {thing} of a friend.",
                    "One {time}, {N} dropped the {hue} {thing} of a friend, and it broke."
                ),
                new(false, "The friend was {aother} called {K}.", "The {thing} belonged to {aother} called {K}."),
                new(false, "{N} wanted to hide the {thing} {found}.", "First {he} hid the {thing} {found}."),
                new(
                    true,
                    "But {he} could not sleep that night.",
                    "But {N} felt bad.",
                    "{N} thought about it all night."
                ),
                new(false, "So {N} went to {K} and told the truth.", "In the morning {he} told {K} everything."),
                new(
                    false,
                    "\"Thank you for telling me,\" said {K}.",
                    "{K} was not angry.",
                    "\"It is only a {thing},\" said {K}."
                ),
                new(true, "Together they mended the {thing}.", "They mended it together and laughed."),
                new(false, "It is good to tell the truth.", "The truth is always the best way."),
            ]
        ),
        new(
            "storm",
            [
                .. s_opening,
                new(false, "One {time}, a {weather} came.", "One {time}, there was a {weather}."),
                new(false, "{N} stayed at home, where it was warm and dry.", "{N} closed the door and lit a lamp."),
                new(false, "Then there was a knock at the door.", "Then {he} heard somebody at the door."),
                new(false, "It was {aother} called {K}, cold and wet.", "Outside stood {aother} called {K}."),
                new(false, "\"Come in,\" said {N}.", "\"Please let me in,\" said {K}.", "{N} opened the door at once."),
                new(true, "{N} gave {K} some hot tea.", "{K} sat down by the fire.", "They ate {afood} together."),
                new(
                    false,
                    "They told stories until the {weather} was over.",
                    "When the {weather} was over, they were friends."
                ),
                new(false, "A warm home is best when you share it.", "Being kind costs nothing."),
            ]
        ),
    ];
}
