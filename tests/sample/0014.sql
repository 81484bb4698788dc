update side_tasks
set health_sentence = '{"id": "error-no-health-answer", "arguments": {"limit": {"id": "format-seconds", "arguments": {"count": 10}}}}';
