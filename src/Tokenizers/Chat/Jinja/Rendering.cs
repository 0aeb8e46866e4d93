// Owns the state of one rendering: what it has consumed, what it has written, the variables in sight.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using Tern.Tokenizers.Chat.Jinja.Operations;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja;

/// <summary>One rendering in progress. Every loop and every string passes one of its meters.</summary>
internal sealed class Rendering
{
    private readonly ChatTemplateLimits _limits;
    private StringBuilder _output = new();
    private long _steps;
    private long _written;
    private int _calls;

    public Rendering(ChatTemplateLimits limits, DateTimeOffset now)
    {
        _limits = limits;
        Now = now;
        Comparer = new ValueComparer(this);
        Scope = new Scope(null);
    }

    public DateTimeOffset Now { get; }

    /// <summary>The line of the template being evaluated.</summary>
    public int Line { get; set; }

    public Scope Scope { get; set; }

    public ValueComparer Comparer { get; }

    /// <summary>What has been written so far, outside captures.</summary>
    public string Output => _output.ToString();

    public long Steps => _steps;

    /// <summary>Counts one evaluated node and makes sure that the stack suffices for it.</summary>
    public void Step()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        Charge(1);
    }

    /// <summary>Counts work that is proportional to a size.</summary>
    public void Charge(long steps)
    {
        _steps += steps;
        if (_steps > _limits.MaxSteps)
            throw Exceeded(nameof(_limits.MaxSteps), $"rendering takes more than {_limits.MaxSteps} steps");
    }

    /// <summary>Counts one look at every character, if the value is a string.</summary>
    public void ChargeScan(Value value) => Charge(value is StringValue text ? 1 + text.Text.Length / 16 : 1);

    public void CheckString(long length)
    {
        if (length > _limits.MaxStringCharacters)
            throw Exceeded(
                nameof(_limits.MaxStringCharacters),
                $"a string would be longer than {_limits.MaxStringCharacters} characters"
            );
    }

    /// <summary>Checks the size of a collection before it is made, and charges for it.</summary>
    public void CheckItems(long count)
    {
        CheckCount(count);
        Charge(2 + 2 * count);
    }

    public void CheckCount(long count)
    {
        if (count > _limits.MaxItems)
            throw Exceeded(nameof(_limits.MaxItems), $"a collection would have more than {_limits.MaxItems} items");
    }

    public IntValue CheckInteger(BigInteger number) =>
        number.GetBitLength() <= _limits.MaxIntegerBits ? IntValue.Of(number) : throw IntegerTooLarge();

    /// <summary>Refuses a result of so many bits before it is computed, and charges for it.</summary>
    public void CheckIntegerBits(double bits)
    {
        if (bits > _limits.MaxIntegerBits)
            throw IntegerTooLarge();
        Charge((long)bits / 16);
    }

    /// <summary>Enters a value inside another while writing, comparing or hashing.</summary>
    public void EnterValue(ref int nesting)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (++nesting > _limits.MaxNesting)
            throw Exceeded(nameof(_limits.MaxNesting), $"a value nests more than {_limits.MaxNesting} levels deep");
    }

    /// <summary>Makes a string value of a text that was computed at once, and charges for it.</summary>
    public StringValue Text(string text)
    {
        CheckString(text.Length);
        Charge(1 + text.Length / 4);
        return new StringValue(text);
    }

    public void Write(string text)
    {
        _written += text.Length;
        if (_written > _limits.MaxOutputCharacters)
            throw Exceeded(
                nameof(_limits.MaxOutputCharacters),
                $"rendering writes more than {_limits.MaxOutputCharacters} characters"
            );
        _output.Append(text);
    }

    /// <summary>Runs an action with its output captured, in a scope of its own.</summary>
    public StringValue Capture(Scope scope, Action<Rendering> body)
    {
        var (outerOutput, outerScope) = (_output, Scope);
        _output = new StringBuilder();
        Scope = scope;
        body(this);
        var text = _output.ToString();
        _output = outerOutput;
        Scope = outerScope;
        return Text(text);
    }

    /// <summary>Counts calls in progress of macros and recursive loops.</summary>
    public void EnterCall()
    {
        if (++_calls > _limits.MaxCallDepth)
            throw Exceeded(
                nameof(_limits.MaxCallDepth),
                $"macros or recursive loops call each other more than {_limits.MaxCallDepth} levels deep"
            );
    }

    public void LeaveCall() => _calls--;

    public Value Lookup(string name) => Scope.Find(name) ?? UndefinedValue.Name(name);

    public ChatTemplateEvaluationException Error(string problem) => new(problem, Line);

    private ChatTemplateLimitException IntegerTooLarge() =>
        Exceeded(nameof(_limits.MaxIntegerBits), $"an integer would have more than {_limits.MaxIntegerBits} bits");

    private ChatTemplateLimitException Exceeded(string limit, string problem) => new(limit, problem, Line);
}
